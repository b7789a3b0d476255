// SPDX-License-Identifier: MIT
#include "start_run.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fairlead/labels.hpp>

#include "container_removal.hpp"

namespace fairlead {
namespace {

using Outcome = ServiceReport::Outcome;

StartTimeline::Moment now() {
    return std::chrono::steady_clock::now();
}

/// Running, and healthy if it has a healthcheck: nothing to wait for.
bool is_ready(const ContainerStatus& container) {
    return container.state == ContainerState::running || container.state == ContainerState::healthy;
}

} // namespace

StartRun::StartRun(ContainerRuntime& runtime, const std::string& project, const LifecyclePlan& plan,
                   const LifecycleOptions& options, ServiceBoard& board, Request request)
    : context_{.runtime = runtime, .plan = plan, .options = options, .board = board}, project_(project),
      request_(std::move(request)), timeline_(plan.services().size(), now()),
      requested_(plan.services().size()), progress_(plan.services().size(), Progress::completed),
      unmet_(plan.services().size()) {
    context_.awaits_completion.resize(plan.services().size());
}

Result<void> StartRun::run(const std::stop_token& stop) {
    if (auto prepared = prepare(stop); !prepared) {
        return prepared;
    }
    {
        const std::stop_callback cancel(stop, [this] { workers_stop_.request_stop(); });
        coordinate(stop);
    }
    if (first_failure_) {
        return fail(undo(std::move(*first_failure_)));
    }
    return {};
}

Result<void> StartRun::prepare(const std::stop_token& stop) {
    read_graph();
    if (std::ranges::count(context_.awaits_completion, true) > 0) {
        // Before anything is started or looked at, so that no end is missed.
        context_.exits.emplace();
        if (auto opened = context_.exits->open(context_.runtime, project_, stop); !opened) {
            return opened;
        }
    }
    return compare(stop);
}

void StartRun::read_graph() {
    for (const std::size_t service : request_.services) {
        requested_[service] = true;
        progress_[service] = Progress::waiting;
    }
    const auto requested = [this](const LifecyclePlan::Edge& edge) { return requested_[edge.service]; };
    for (const std::size_t service : request_.services) {
        context_.board.set(service, {.state = ServiceState::pending});
        unmet_[service] = static_cast<std::size_t>(
            std::ranges::count_if(context_.plan.dependencies(service), requested));
        if (unmet_[service] == 0) {
            timeline_.released(service, now(), {});
            ready_.push(service);
        }
        context_.awaits_completion[service] =
            std::ranges::any_of(context_.plan.dependents(service), [&](const LifecyclePlan::Edge& edge) {
                return requested(edge) &&
                       edge.condition == DependencyCondition::service_completed_successfully;
            });
    }
}

Result<void> StartRun::compare(const std::stop_token& stop) {
    auto containers = context_.runtime.list(project_, stop);
    if (!containers) {
        return std::unexpected(std::move(containers.error()));
    }
    Convergence convergence = converge(context_.plan, std::move(*containers), request_.recreate);
    context_.steps = std::move(convergence.steps);
    return handle_orphans(std::move(convergence.strangers), stop);
}

/// Removes them before anything is started, since they may hold ports; or tells of them.
Result<void> StartRun::handle_orphans(std::vector<ContainerStatus> strangers,
                                      const std::stop_token& stop) {
    const std::unordered_set<std::string_view> others(context_.options.other_services.begin(),
                                                      context_.options.other_services.end());
    std::erase_if(strangers, [&others](const ContainerStatus& container) {
        return others.contains(container.service);
    });
    if (!request_.orphans || strangers.empty()) {
        return {};
    }
    if (!context_.options.remove_orphans) {
        std::vector<std::string> names;
        for (const ContainerStatus& container : strangers) {
            names.push_back(container.name);
        }
        context_.board.note_engine(
            fmt::format("orphans of services that the stack no longer has: {}", fmt::join(names, ", ")));
        return {};
    }
    const TakeDownOptions removal{.grace = context_.options.stop_grace, .volumes = false, .observer = {}};
    auto failures = remove_containers(context_.runtime, strangers, removal, stop);
    if (failures.empty()) {
        context_.board.note_engine(fmt::format("{} orphans removed", strangers.size()));
        return {};
    }
    Error first = std::move(failures.front());
    first.cleanup_failures.assign(std::make_move_iterator(failures.begin() + 1),
                                  std::make_move_iterator(failures.end()));
    return fail(std::move(first));
}

void StartRun::coordinate(const std::stop_token& stop) {
    launch_ready();
    while (working_ > 0) {
        // Not cancellable itself: the workers are, and then report.
        handle(context_.reports.take({}).value());
        if (!first_failure_ && !stop.stop_requested()) {
            launch_ready();
        }
    }
    const bool unfinished = std::ranges::count(progress_, Progress::waiting) > 0;
    if (!first_failure_ && (cancelled_ || unfinished)) {
        first_failure_ = Error{.code = Errc::cancelled,
                               .operation = "start project",
                               .subject = project_,
                               .message = "cancelled"};
    }
}

void StartRun::launch_ready() {
    const std::size_t most = std::max<std::size_t>(context_.options.parallel_starts, 1);
    while (!ready_.empty() && starting_ < most) {
        const std::size_t service = ready_.top();
        ready_.pop();
        if (keep_as_it_is(service)) {
            continue;
        }
        progress_[service] = Progress::starting;
        ++starting_;
        touched_.push_back(service);
        if (context_.steps[service].kind == ServiceStep::Kind::keep) {
            timeline_.kept(service, now());
        } else {
            timeline_.launched(service, now());
        }
        ++working_;
        crew_.run([this, service, stop = workers_stop_.get_token()] {
            ServiceStart(context_, service).run(stop);
        });
    }
}

/// What runs already takes no thread and no request, unless it still has to become healthy or to
/// complete.
bool StartRun::keep_as_it_is(std::size_t service) {
    const ServiceStep& step = context_.steps[service];
    if (step.kind != ServiceStep::Kind::keep) {
        return false;
    }
    const ContainerStatus& container = step.existing.front();
    context_.board.set(service,
                       {.state = state_of(container), .message = "runs already", .status = container});
    if (!is_ready(container) || context_.awaits_completion[service] || !touched_.empty()) {
        return false;
    }
    timeline_.kept(service, now());
    advance(service, Progress::ready, now());
    return true;
}

void StartRun::handle(const ServiceReport& report) {
    const std::size_t service = report.service;
    if (progress_[service] == Progress::starting) {
        --starting_;
    }
    switch (report.outcome) {
    case Outcome::started:
        advance(service, Progress::started, report.at);
        return;
    case Outcome::ready:
        advance(service, Progress::ready, report.at);
        if (context_.awaits_completion[service]) {
            return;
        }
        break;
    case Outcome::completed:
        advance(service, Progress::completed, report.at);
        break;
    case Outcome::failed:
        if (report.name_may_be_taken) {
            cancelled_starts_.push_back(service);
        }
        handle_failure(service, report.error.value(), report.at);
        break;
    }
    --working_;
}

/// Satisfies each condition that the service has come to meet, once.
void StartRun::advance(std::size_t service, Progress progress, Moment at) {
    const Progress before = std::exchange(progress_[service], progress);
    const auto reached = [&](Progress step) { return before < step && progress >= step; };
    if (progress == Progress::started) {
        timeline_.started(service, at);
    } else {
        timeline_.ready(service, at);
    }
    if (reached(Progress::started)) {
        satisfy(service, DependencyCondition::service_started, at);
    }
    if (reached(Progress::ready)) {
        satisfy(service, DependencyCondition::service_healthy, at);
    }
    if (reached(Progress::completed)) {
        satisfy(service, DependencyCondition::service_completed_successfully, at);
    }
}

void StartRun::satisfy(std::size_t service, DependencyCondition condition, Moment at) {
    for (const LifecyclePlan::Edge& edge : context_.plan.dependents(service)) {
        if (edge.condition == condition && requested_[edge.service] && --unmet_[edge.service] == 0) {
            timeline_.released(edge.service, at, service);
            ready_.push(edge.service);
        }
    }
}

/// Whether the service may fail: others depend on it, and all of them can do without it.
bool StartRun::is_optional(std::size_t service) const {
    const auto& dependents = context_.plan.dependents(service);
    return !dependents.empty() && std::ranges::none_of(dependents, [](const LifecyclePlan::Edge& edge) {
        return edge.required;
    });
}

void StartRun::handle_failure(std::size_t service, Error error, Moment at) {
    const Progress before = std::exchange(progress_[service], Progress::failed);
    if (error.code == Errc::cancelled) {
        cancelled_ = true;
        return;
    }
    error = about_service(service, std::move(error));
    context_.board.set(service,
                       {.state = ServiceState::failed, .message = error.message, .error = error});
    const bool optional = is_optional(service);
    if (optional) {
        satisfy_rest(service, before, at);
    }
    if (optional || first_failure_) {
        std::ranges::move(error.cleanup_failures, std::back_inserter(left_over_));
        return;
    }
    failed_service_ = service;
    first_failure_ = std::move(error);
    workers_stop_.request_stop();
}

/// The error as the service's own. A part of its start that went wrong elsewhere (its image, its network)
/// stays named, and so do those that wait for the service.
Error StartRun::about_service(std::size_t service, Error error) const {
    const ContainerSpec& spec = context_.plan.services()[service].container;
    const bool elsewhere = !error.subject.empty() && error.subject != container_name(spec) &&
                           error.subject != context_.board.view(service).id.value() &&
                           error.subject != spec.service;
    if (elsewhere) {
        error.message = fmt::format("{} {}: {}", error.operation, error.subject, error.message);
    }
    if (const std::string chain = chain_to(service); !chain.empty()) {
        error.message += fmt::format(" (needed for {})", chain);
    }
    error.operation = "start service";
    error.subject = spec.service;
    return error;
}

/// Who waits for a service, one of each kind: `web -> api` if web waits for api and api for it.
std::string StartRun::chain_to(std::size_t service) const {
    std::string chain;
    for (;;) {
        const auto& dependents = context_.plan.dependents(service);
        const auto next = std::ranges::find_if(dependents, [this](const LifecyclePlan::Edge& edge) {
            return edge.required && requested_[edge.service];
        });
        if (next == dependents.end()) {
            return chain;
        }
        service = next->service;
        const std::string& name = context_.plan.services()[service].container.service;
        chain = chain.empty() ? name : name + " -> " + chain;
    }
}

/// Lets those go on who still waited for the failed service; it had come as far as `before`.
void StartRun::satisfy_rest(std::size_t service, Progress before, Moment at) {
    if (before < Progress::started) {
        satisfy(service, DependencyCondition::service_started, at);
    }
    if (before < Progress::ready) {
        satisfy(service, DependencyCondition::service_healthy, at);
    }
    satisfy(service, DependencyCondition::service_completed_successfully, at);
}

/// Takes back what this run has done and adds to the error what could not be taken back. It goes on
/// after a cancellation: half of an undoing is worse than none.
Error StartRun::undo(Error first) {
    const TakeDownOptions removal{.grace = context_.options.stop_grace, .volumes = false, .observer = {}};
    auto failures = remove_containers(context_.runtime, started_here(), removal, {});
    std::ranges::move(left_over_, std::back_inserter(first.cleanup_failures));
    std::ranges::move(failures, std::back_inserter(first.cleanup_failures));
    for (const std::size_t service : cancelled_starts_) {
        // The engine may still be taking back the cancelled start; removing waits for that.
        auto removed =
            context_.runtime.remove(container_name(context_.plan.services()[service].container));
        if (!removed && removed.error().code != Errc::conflict) {
            first.cleanup_failures.push_back(std::move(removed.error()));
        }
    }
    const auto left = context_.runtime.list(project_);
    if (left && left->empty()) {
        if (auto removed = context_.runtime.remove_network(project_); !removed) {
            first.cleanup_failures.push_back(std::move(removed.error()));
        }
    }
    settle_board(first, left ? *left : untouched());
    return first;
}

/// What is left as far as can be told without the engine: all that this run did not begin to replace.
std::vector<ContainerStatus> StartRun::untouched() const {
    std::vector<bool> begun(context_.steps.size(), false);
    for (const std::size_t i : touched_) {
        begun[i] = context_.steps[i].kind == ServiceStep::Kind::replace;
    }
    std::vector<ContainerStatus> containers;
    for (std::size_t i = 0; i < context_.steps.size(); ++i) {
        if (!begun[i]) {
            std::ranges::copy(context_.steps[i].existing, std::back_inserter(containers));
        }
    }
    return containers;
}

/// The containers that this run has started, as far as removing them needs to know them.
std::vector<ContainerStatus> StartRun::started_here() {
    std::vector<ContainerStatus> containers;
    for (const std::size_t i : touched_) {
        const Service& service = context_.plan.services()[i];
        const ServiceView view = context_.board.view(i);
        const auto& existing = context_.steps[i].existing;
        if (view.id.value().empty() ||
            std::ranges::find(existing, view.id, &ContainerStatus::id) != existing.end()) {
            continue;
        }
        if (view.state != ServiceState::failed) {
            context_.board.set(i, {.state = ServiceState::stopping, .message = "undoing the start"});
        }
        ContainerStatus container;
        container.id = view.id;
        container.name = container_name(service.container);
        container.service = service.container.service;
        container.labels = {{std::string(labels::stop_grace),
                             fmt::format("{}", service.container.stop_grace_period.count())},
                            {std::string(labels::depends_on), names_of(service.depends_on)}};
        containers.push_back(std::move(container));
    }
    return containers;
}

/// Makes the board say what is there after an undoing, and the error what had been there before.
void StartRun::settle_board(Error& first, const std::vector<ContainerStatus>& left) {
    std::unordered_map<std::string_view, const ContainerStatus*> by_service;
    for (const ContainerStatus& container : left) {
        by_service.emplace(container.service, &container);
    }
    std::vector<std::string_view> gone;
    const std::vector<bool> blocked = dependents_of_failed();
    for (const std::size_t i : request_.services) {
        const std::string& name = context_.plan.services()[i].container.service;
        const auto there = by_service.find(name);
        if (there == by_service.end() && !context_.steps[i].existing.empty()) {
            gone.push_back(name);
        }
        if (context_.board.view(i).state == ServiceState::failed) {
            context_.board.forget_container(i);
        } else if (there != by_service.end()) {
            const ContainerStatus& status = *there->second;
            context_.board.set(
                i, {.state = state_of(status), .status = status, .exit_code = status.exit_code});
        } else if (blocked[i]) {
            Error error{.code = Errc::dependency_failed,
                        .operation = "start service",
                        .subject = name,
                        .message = fmt::format("{}, on which it depends, failed", first.subject)};
            context_.board.set(i, {.state = ServiceState::stopped, .error = std::move(error)});
        } else {
            context_.board.set(i, {.state = ServiceState::stopped});
        }
    }
    if (!gone.empty()) {
        first.hint += fmt::format("{}The earlier containers of {} had been replaced and are gone.",
                                  first.hint.empty() ? "" : " ", fmt::join(gone, ", "));
    }
}

/// Those that depend on the service whose failure ended the run, through however many others.
std::vector<bool> StartRun::dependents_of_failed() const {
    std::vector<bool> blocked(context_.plan.services().size(), false);
    std::vector<std::size_t> pending;
    if (failed_service_) {
        pending.push_back(*failed_service_);
    }
    while (!pending.empty()) {
        const std::size_t service = pending.back();
        pending.pop_back();
        for (const LifecyclePlan::Edge& edge : context_.plan.dependents(service)) {
            if (edge.required && !blocked[edge.service]) {
                blocked[edge.service] = true;
                pending.push_back(edge.service);
            }
        }
    }
    return blocked;
}

} // namespace fairlead
