// SPDX-License-Identifier: MIT
#include "start_run.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include <fairlead/labels.hpp>

#include "container_removal.hpp"

namespace fairlead {
namespace {

using std::chrono::milliseconds;

/// As long as an engine takes at most to call the container unhealthy; absent values are Compose's.
milliseconds health_timeout(const ContainerSpec& spec) {
    const HealthCheck check = spec.healthcheck.value_or(HealthCheck{});
    const auto interval = check.interval.value_or(std::chrono::seconds(30));
    const auto timeout = check.timeout.value_or(std::chrono::seconds(30));
    const auto start_period = check.start_period.value_or(std::chrono::seconds(0));
    return std::chrono::ceil<milliseconds>(start_period +
                                           check.retries.value_or(3) * (interval + timeout));
}

std::string names_of(const std::vector<Dependency>& dependencies) {
    std::string names;
    for (const Dependency& dependency : dependencies) {
        names += (names.empty() ? "" : ",") + dependency.service;
    }
    return names;
}

/// What takes long enough to be worth telling; empty for the rest.
std::string describe(const StartProgress& progress) {
    switch (progress.phase) {
    case StartProgress::Phase::pulling:
        return "pulling: " + progress.text;
    case StartProgress::Phase::building:
        return "building: " + progress.text;
    case StartProgress::Phase::creating:
    case StartProgress::Phase::starting:
        break;
    }
    return {};
}

/// The error as the service's own. A part of its start that went wrong elsewhere (its image, its network)
/// stays named.
Error about_service(Error error, const ServiceView& view, const ContainerSpec& spec) {
    const bool elsewhere = !error.subject.empty() && error.subject != container_name(spec) &&
                           error.subject != view.id.value() && error.subject != spec.service;
    if (elsewhere) {
        error.message = fmt::format("{} {}: {}", error.operation, error.subject, error.message);
    }
    error.operation = "start service";
    error.subject = spec.service;
    return error;
}

} // namespace

StartRun::StartRun(ContainerRuntime& runtime, const std::string& project, const LifecyclePlan& plan,
                   const LifecycleOptions& options, ServiceBoard& board)
    : runtime_(runtime), project_(project), plan_(plan), options_(options), board_(board),
      awaits_completion_(plan.services().size()), progress_(plan.services().size(), Progress::waiting),
      unmet_(plan.services().size()) {}

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
    bool completions = false;
    for (std::size_t i = 0; i < plan_.services().size(); ++i) {
        board_.set(i, {.state = ServiceState::pending});
        unmet_[i] = plan_.dependencies(i).size();
        if (unmet_[i] == 0) {
            ready_.push(i);
        }
        awaits_completion_[i] =
            std::ranges::any_of(plan_.dependents(i), [](const LifecyclePlan::Edge& edge) {
                return edge.condition == DependencyCondition::service_completed_successfully;
            });
        completions = completions || awaits_completion_[i];
    }
    if (completions) {
        exits_ = std::make_unique<ExitWatch>();
        if (auto opened = exits_->open(runtime_, project_, stop); !opened) {
            return opened;
        }
    }
    auto containers = runtime_.list(project_, stop);
    if (!containers) {
        return std::unexpected(std::move(containers.error()));
    }
    for (ContainerStatus& container : *containers) {
        existing_.emplace(container.name, std::move(container));
    }
    return {};
}

void StartRun::coordinate(const std::stop_token& stop) {
    launch_ready();
    while (!workers_.empty()) {
        // Not cancellable itself: the workers are, and then report.
        handle(reports_.take({}).value());
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
    while (!ready_.empty() && starting_ < std::max<std::size_t>(options_.parallel_starts, 1)) {
        const std::size_t service = ready_.top();
        ready_.pop();
        progress_[service] = Progress::starting;
        ++starting_;
        touched_.push_back(service);
        workers_.emplace(service, std::jthread([this, service, stop = workers_stop_.get_token()] {
                             run_service(service, stop);
                         }));
    }
}

void StartRun::handle(const Report& report) {
    const std::size_t service = report.service;
    if (progress_[service] == Progress::starting) {
        --starting_;
    }
    switch (report.outcome) {
    case Outcome::started:
        advance(service, Progress::started);
        return;
    case Outcome::ready:
        advance(service, Progress::ready);
        if (awaits_completion_[service]) {
            return;
        }
        break;
    case Outcome::completed:
        advance(service, Progress::completed);
        break;
    case Outcome::failed:
        if (report.name_may_be_taken) {
            cancelled_starts_.push_back(service);
        }
        handle_failure(service, report.error.value());
        break;
    }
    workers_.erase(service);
}

/// Satisfies each condition that the service has come to meet, once.
void StartRun::advance(std::size_t service, Progress progress) {
    const Progress before = std::exchange(progress_[service], progress);
    const auto reached = [&](Progress step) { return before < step && progress >= step; };
    if (reached(Progress::started)) {
        satisfy(service, DependencyCondition::service_started);
    }
    if (reached(Progress::ready)) {
        satisfy(service, DependencyCondition::service_healthy);
    }
    if (reached(Progress::completed)) {
        satisfy(service, DependencyCondition::service_completed_successfully);
    }
}

void StartRun::satisfy(std::size_t service, DependencyCondition condition) {
    for (const LifecyclePlan::Edge& edge : plan_.dependents(service)) {
        if (edge.condition == condition) {
            release(edge.service);
        }
    }
}

void StartRun::release(std::size_t dependent) {
    if (--unmet_[dependent] == 0) {
        ready_.push(dependent);
    }
}

/// Whether the service may fail: others depend on it, and all of them can do without it.
bool StartRun::is_optional(std::size_t service) const {
    const auto& dependents = plan_.dependents(service);
    return !dependents.empty() && std::ranges::none_of(dependents, [](const LifecyclePlan::Edge& edge) {
        return edge.required;
    });
}

void StartRun::handle_failure(std::size_t service, Error error) {
    const Progress before = std::exchange(progress_[service], Progress::failed);
    if (error.code == Errc::cancelled) {
        cancelled_ = true;
        return;
    }
    error = about_service(std::move(error), board_.view(service), plan_.services()[service].container);
    board_.set(service, {.state = ServiceState::failed, .message = error.message, .error = error});
    if (is_optional(service)) {
        satisfy_rest(service, before);
    } else if (!first_failure_) {
        first_failure_ = std::move(error);
        workers_stop_.request_stop();
    }
}

/// Lets those go on who still waited for the failed service; it had come as far as `before`.
void StartRun::satisfy_rest(std::size_t service, Progress before) {
    if (before < Progress::started) {
        satisfy(service, DependencyCondition::service_started);
    }
    if (before < Progress::ready) {
        satisfy(service, DependencyCondition::service_healthy);
    }
    satisfy(service, DependencyCondition::service_completed_successfully);
}

void StartRun::run_service(std::size_t service, const std::stop_token& stop) {
    if (auto replaced = replace_existing(service, stop); !replaced) {
        reports_.post({service, Outcome::failed, std::move(replaced.error())});
        return;
    }
    auto id = start_container(service, stop);
    if (!id) {
        const bool cancelled = id.error().code == Errc::cancelled;
        reports_.post({service, Outcome::failed, std::move(id.error()), cancelled});
        return;
    }
    reports_.post({service, Outcome::started});
    Report report = await_ready(service, *id, stop);
    if (report.outcome == Outcome::ready && awaits_completion_[service]) {
        reports_.post(std::move(report));
        report = await_completion(service, *id, stop);
    }
    reports_.post(std::move(report));
}

Result<void> StartRun::replace_existing(std::size_t service, const std::stop_token& stop) {
    const auto found = existing_.find(container_name(plan_.services()[service].container));
    if (found == existing_.end()) {
        return {};
    }
    board_.set(service,
               {.state = ServiceState::starting, .message = "replacing the container that is there"});
    return stop_and_remove(runtime_, found->second, options_.stop_grace, stop);
}

Result<ContainerId> StartRun::start_container(std::size_t service, const std::stop_token& stop) {
    board_.set(service, {.state = ServiceState::starting});
    ContainerSpec spec = plan_.services()[service].container;
    spec.labels.insert_or_assign(std::string(labels::depends_on),
                                 names_of(plan_.services()[service].depends_on));
    auto id = runtime_.start(spec, stop, [&](const StartProgress& progress) {
        if (std::string text = describe(progress); !text.empty()) {
            board_.note(service, std::move(text));
        }
    });
    if (id) {
        ContainerStatus status;
        status.id = *id;
        board_.set(service, {.state = ServiceState::waiting, .status = std::move(status)});
    }
    return id;
}

StartRun::Report StartRun::await_ready(std::size_t service, const ContainerId& id,
                                       const std::stop_token& stop) {
    const ContainerSpec& spec = plan_.services()[service].container;
    const milliseconds timeout = options_.health_timeout.value_or(health_timeout(spec));
    if (auto healthy = runtime_.wait_healthy(id, timeout, stop); !healthy) {
        return ended_early(service, id, std::move(healthy.error()), stop);
    }
    auto status = runtime_.inspect(id, stop);
    if (!status) {
        return {service, Outcome::failed, std::move(status.error())};
    }
    board_.set(service, {.state = status->has_healthcheck ? ServiceState::healthy : ServiceState::running,
                         .message = to_string(status->ports),
                         .status = *status});
    return {service, Outcome::ready};
}

/// A container without a healthcheck that has already ended well has done its work.
StartRun::Report StartRun::ended_early(std::size_t service, const ContainerId& id, Error error,
                                       const std::stop_token& stop) {
    if (error.code != Errc::exited) {
        return {service, Outcome::failed, std::move(error)};
    }
    const auto status = runtime_.inspect(id, stop);
    if (!status || status->has_healthcheck || state_of(*status) != ServiceState::completed) {
        return {service, Outcome::failed, std::move(error)};
    }
    board_.set(service,
               {.state = ServiceState::completed, .status = *status, .exit_code = status->exit_code});
    return {service, Outcome::completed};
}

StartRun::Report StartRun::await_completion(std::size_t service, const ContainerId& id,
                                            const std::stop_token& stop) {
    auto status = exits_->wait(id, stop);
    if (!status) {
        return {service, Outcome::failed, std::move(status.error())};
    }
    if (state_of(*status) != ServiceState::completed) {
        return {service, Outcome::failed,
                Error{.code = Errc::exited,
                      .message = fmt::format("exited with code {}{}, and others wait for its success",
                                             status->exit_code.value_or(-1),
                                             status->oom_killed ? " (out of memory)" : "")}};
    }
    board_.set(service,
               {.state = ServiceState::completed, .status = *status, .exit_code = status->exit_code});
    return {service, Outcome::completed};
}

/// Takes back what this run has done and adds to the error what could not be taken back. It goes on
/// after a cancellation: half of an undoing is worse than none.
Error StartRun::undo(Error first) {
    const TakeDownOptions removal{.grace = options_.stop_grace, .volumes = false, .observer = {}};
    first.cleanup_failures = remove_containers(runtime_, started_here(), removal, {});
    for (const std::size_t service : cancelled_starts_) {
        // The engine may still be taking back the cancelled start; removing waits for that.
        auto removed = runtime_.remove(container_name(plan_.services()[service].container));
        if (!removed && removed.error().code != Errc::conflict) {
            first.cleanup_failures.push_back(std::move(removed.error()));
        }
    }
    const auto left = runtime_.list(project_);
    if (left && left->empty()) {
        if (auto removed = runtime_.remove_network(project_); !removed) {
            first.cleanup_failures.push_back(std::move(removed.error()));
        }
    }
    for (std::size_t i = 0; i < plan_.services().size(); ++i) {
        if (board_.view(i).state != ServiceState::failed) {
            board_.set(i, {.state = ServiceState::stopped});
        }
    }
    return first;
}

/// The containers that this run has started, as far as removing them needs to know them.
std::vector<ContainerStatus> StartRun::started_here() {
    std::vector<ContainerStatus> containers;
    for (const std::size_t i : touched_) {
        const Service& service = plan_.services()[i];
        const ServiceView view = board_.view(i);
        if (view.id.value().empty()) {
            continue;
        }
        if (view.state != ServiceState::failed) {
            board_.set(i, {.state = ServiceState::stopping, .message = "undoing the start"});
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

} // namespace fairlead
