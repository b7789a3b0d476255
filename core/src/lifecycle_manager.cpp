// SPDX-License-Identifier: MIT
#include <algorithm>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/suggestion.hpp>
#include <fairlead/take_down.hpp>

#include "project_lock.hpp"
#include "service_board.hpp"
#include "start_run.hpp"
#include "supervision.hpp"
#include "turns.hpp"

namespace fairlead {
namespace {

std::unordered_map<std::string_view, std::size_t> index_of(const LifecyclePlan& plan) {
    std::unordered_map<std::string_view, std::size_t> index;
    for (std::size_t i = 0; i < plan.services().size(); ++i) {
        index.emplace(plan.services()[i].container.service, i);
    }
    return index;
}

bool has_ended(ServiceState state) {
    return state == ServiceState::completed || state == ServiceState::failed;
}

} // namespace

class [[gnu::visibility("hidden")]] LifecycleManager::Impl {
public:
    Impl(std::shared_ptr<ContainerRuntime> runtime, std::string project, LifecyclePlan plan,
         LifecycleOptions options)
        : runtime_(std::move(runtime)), project_(std::move(project)), plan_(std::move(plan)),
          options_(std::move(options)), index_(index_of(plan_)), board_(plan_, options_.kept_events),
          turns_(plan_) {}

    Result<void> start_all(const std::stop_token& stop);
    Result<void> stop_all(const std::stop_token& stop);
    Result<void> restart(std::string_view service, const std::stop_token& stop);
    Result<void> supervise(const std::stop_token& stop, const std::function<bool(std::size_t)>& ended);
    Result<RunOutcome> run(const std::stop_token& stop, const RunOptions& options);

    [[nodiscard]] const ServiceBoard& board() const { return board_; }
    [[nodiscard]] std::vector<ServiceView> snapshot() const;
    [[nodiscard]] StartTimings timings() const {
        const std::lock_guard lock(mutex_);
        return timings_;
    }

private:
    using Services = std::vector<std::size_t>;

    [[nodiscard]] Services all_services() const {
        Services services(plan_.services().size());
        std::iota(services.begin(), services.end(), std::size_t{0});
        return services;
    }
    [[nodiscard]] Services restarted_with(std::size_t service) const;
    [[nodiscard]] Result<std::size_t> find(std::string_view operation, std::string_view service) const;
    Result<std::shared_ptr<ProjectLock>> lock_project(const std::stop_token& stop);
    Result<void> start(StartRun::Request request, const std::stop_token& stop);
    Result<void> take_plan_down(const std::stop_token& stop);
    void look_again();
    void observe(const TakeDownProgress& progress);
    void name_left_over(Error& error) const;
    [[nodiscard]] RunOutcome outcome(std::optional<std::size_t> ended_by) const;
    std::optional<int> end_of(std::size_t service);

    const std::shared_ptr<ContainerRuntime> runtime_;
    const std::string project_;
    const LifecyclePlan plan_;
    const LifecycleOptions options_;
    const std::unordered_map<std::string_view, std::size_t> index_;
    ServiceBoard board_;
    Turns turns_;

    mutable std::mutex mutex_;
    StartTimings timings_;
    /// Held by all that is being done at the moment, so that restarts of this process do not wait for
    /// each other.
    std::weak_ptr<ProjectLock> project_lock_;
    /// The one that is going on, if there is one.
    Supervision* supervision_ = nullptr;
    std::condition_variable_any supervision_ended_;
};

Result<void> LifecycleManager::Impl::start_all(const std::stop_token& stop) {
    const auto turn = turns_.all(stop);
    if (!turn) {
        return std::unexpected(turn.error());
    }
    return start({.services = all_services(), .recreate = options_.recreate}, stop);
}

Result<void> LifecycleManager::Impl::restart(std::string_view name, const std::stop_token& stop) {
    const auto service = find("restart", name);
    if (!service) {
        return std::unexpected(service.error());
    }
    Services services = restarted_with(*service);
    const auto turn = turns_.some(services, stop);
    if (!turn) {
        return std::unexpected(turn.error());
    }
    return start({.services = std::move(services), .recreate = Recreate::always, .orphans = false}, stop);
}

Result<void> LifecycleManager::Impl::start(StartRun::Request request, const std::stop_token& stop) {
    const auto project = lock_project(stop);
    if (!project) {
        return std::unexpected(project.error());
    }
    Result<void> started;
    {
        const ServiceBoard::Claim claim(board_, request.services);
        StartRun run(*runtime_, project_, plan_, options_, board_, std::move(request));
        started = run.run(stop);
        const std::lock_guard lock(mutex_);
        timings_ = run.timings();
    }
    look_again();
    return started;
}

Result<void> LifecycleManager::Impl::stop_all(const std::stop_token& stop) {
    const auto turn = turns_.all(stop);
    if (!turn) {
        return std::unexpected(turn.error());
    }
    if (plan_.services().empty()) {
        return {};
    }
    Result<void> stopped;
    {
        const ServiceBoard::Claim claim(board_, all_services());
        stopped = take_plan_down(stop);
    }
    look_again();
    return stopped;
}

Result<void> LifecycleManager::Impl::take_plan_down(const std::stop_token& stop) {
    TakeDownOptions options{.grace = options_.stop_grace,
                            .volumes = false,
                            .observer = [this](const TakeDownProgress& progress) { observe(progress); }};
    for (const Service& service : plan_.services()) {
        options.services.push_back(service.container.service);
    }
    auto done = take_down(*runtime_, project_, options, stop);
    if (!done) {
        name_left_over(done.error());
    }
    return done;
}

/// The service and those that are to be restarted with it, directly or through others.
LifecycleManager::Impl::Services LifecycleManager::Impl::restarted_with(std::size_t service) const {
    Services services{service};
    for (std::size_t next = 0; next < services.size(); ++next) {
        for (const LifecyclePlan::Edge& edge : plan_.dependents(services[next])) {
            if (edge.restart && std::ranges::count(services, edge.service) == 0) {
                services.push_back(edge.service);
            }
        }
    }
    return services;
}

Result<std::size_t> LifecycleManager::Impl::find(std::string_view operation,
                                                 std::string_view service) const {
    if (const auto found = index_.find(service); found != index_.end()) {
        return found->second;
    }
    std::vector<std::string_view> known;
    for (const Service& each : plan_.services()) {
        known.push_back(each.container.service);
    }
    const auto word = closest_word(service, known);
    return fail({.code = Errc::not_found,
                 .operation = std::string(operation),
                 .subject = std::string(service),
                 .message = fmt::format("project {} has no such service", project_),
                 .hint = word ? fmt::format("Did you mean \"{}\"?", *word) : ""});
}

/// Nothing, which is no error, where no other process can reach the containers.
Result<std::shared_ptr<ProjectLock>> LifecycleManager::Impl::lock_project(const std::stop_token& stop) {
    if (!runtime_->capabilities().survives_host) {
        return nullptr;
    }
    {
        const std::lock_guard lock(mutex_);
        if (auto held = project_lock_.lock()) {
            return held;
        }
    }
    auto acquired = ProjectLock::acquire(
        project_, stop, [this](const Error& busy) { board_.note_engine(busy.message, busy); });
    if (!acquired) {
        return std::unexpected(std::move(acquired.error()));
    }
    auto shared = std::make_shared<ProjectLock>(std::move(*acquired));
    const std::lock_guard lock(mutex_);
    project_lock_ = shared;
    return shared;
}

void LifecycleManager::Impl::look_again() {
    const std::lock_guard lock(mutex_);
    if (supervision_ != nullptr) {
        supervision_->look_again();
    }
}

void LifecycleManager::Impl::observe(const TakeDownProgress& progress) {
    if (progress.phase == TakeDownProgress::Phase::waiting) {
        board_.note_engine(progress.error->message, progress.error);
        return;
    }
    const auto found = index_.find(progress.container.service);
    if (found == index_.end()) {
        return;
    }
    switch (progress.phase) {
    case TakeDownProgress::Phase::waiting:
        break;
    case TakeDownProgress::Phase::stopping:
        board_.set(found->second, {.state = ServiceState::stopping});
        break;
    case TakeDownProgress::Phase::removed:
        board_.set(found->second, {.state = ServiceState::stopped});
        break;
    case TakeDownProgress::Phase::failed:
        board_.set(
            found->second,
            {.state = ServiceState::failed, .message = "could not be removed", .error = progress.error});
        break;
    }
}

/// Adds the containers that a failed stop has not come to, and so has not reported.
void LifecycleManager::Impl::name_left_over(Error& error) const {
    for (std::size_t i = 0; i < plan_.services().size(); ++i) {
        const std::string name = container_name(plan_.services()[i].container);
        const bool known =
            error.subject == name || std::ranges::find(error.cleanup_failures, name, &Error::subject) !=
                                         error.cleanup_failures.end();
        if (!known && !board_.view(i).id.value().empty()) {
            error.cleanup_failures.push_back(
                {.code = error.code, .subject = name, .message = "may still be there"});
        }
    }
}

Result<void> LifecycleManager::Impl::supervise(const std::stop_token& stop,
                                               const std::function<bool(std::size_t)>& ended) {
    Supervision supervision(*runtime_, project_, plan_, board_);
    {
        std::unique_lock lock(mutex_);
        if (!supervision_ended_.wait(lock, stop, [this] { return supervision_ == nullptr; })) {
            return {};
        }
        supervision_ = &supervision;
    }
    auto done = supervision.run(stop, ended);
    {
        const std::lock_guard lock(mutex_);
        supervision_ = nullptr;
    }
    supervision_ended_.notify_all();
    return done;
}

Result<RunOutcome> LifecycleManager::Impl::run(const std::stop_token& stop, const RunOptions& options) {
    std::optional<std::size_t> main_service;
    if (!options.exit_code_from.empty()) {
        const auto found = find("take the exit code from", options.exit_code_from);
        if (!found) {
            return std::unexpected(found.error());
        }
        main_service = *found;
    }
    if (auto started = start_all(stop); !started) {
        return std::unexpected(std::move(started.error()));
    }
    if (options.on_up) {
        options.on_up();
    }
    const bool abort = options.abort_on_exit || main_service;
    std::optional<std::size_t> ended_by;
    const auto ended = [&](std::size_t service) {
        const bool counts = std::ranges::none_of(plan_.dependents(service), [](const auto& edge) {
            return edge.condition == DependencyCondition::service_completed_successfully;
        });
        if (abort && counts && !ended_by) {
            ended_by = service;
        }
        return ended_by.has_value();
    };
    for (const std::size_t service : plan_.order()) {
        if (has_ended(board_.view(service).state)) {
            ended(service);
        }
    }
    Result<void> supervised;
    if (!ended_by) {
        supervised = supervise(stop, ended);
    }
    RunOutcome outcome = this->outcome(ended_by);
    outcome.interrupted = stop.stop_requested();
    if (main_service) {
        outcome.exit_code = end_of(*main_service).value_or(1);
    }
    auto stopped = stop_all({});
    if (!supervised) {
        if (!stopped) {
            supervised.error().cleanup_failures.push_back(std::move(stopped.error()));
        }
        return std::unexpected(std::move(supervised.error()));
    }
    if (!stopped) {
        return std::unexpected(std::move(stopped.error()));
    }
    return outcome;
}

RunOutcome LifecycleManager::Impl::outcome(std::optional<std::size_t> ended_by) const {
    RunOutcome outcome;
    if (ended_by) {
        const ServiceView view = board_.view(*ended_by);
        outcome.ended_by = view.service;
        outcome.exit_code = view.exit_code.value_or(1);
    } else {
        const auto views = board_.snapshot();
        outcome.exit_code =
            std::ranges::count(views, ServiceState::failed, &ServiceView::state) > 0 ? 1 : 0;
    }
    return outcome;
}

/// The exit code of a service, which is stopped if it still runs.
std::optional<int> LifecycleManager::Impl::end_of(std::size_t service) {
    const ServiceView view = board_.view(service);
    if (view.exit_code || view.id.value().empty()) {
        return view.exit_code;
    }
    const ContainerSpec& spec = plan_.services()[service].container;
    if (!runtime_->stop(view.id, options_.stop_grace.value_or(spec.stop_grace_period))) {
        return std::nullopt;
    }
    const auto status = runtime_->inspect(view.id);
    return status ? status->exit_code : std::nullopt;
}

std::vector<ServiceView> LifecycleManager::Impl::snapshot() const {
    const std::vector<ServiceView> views = board_.snapshot();
    std::vector<ServiceView> ordered;
    ordered.reserve(views.size());
    for (const std::size_t service : plan_.order()) {
        ordered.push_back(views[service]);
    }
    return ordered;
}

LifecycleManager::LifecycleManager(std::shared_ptr<ContainerRuntime> runtime, std::string project,
                                   LifecyclePlan plan, LifecycleOptions options)
    : impl_(std::make_unique<Impl>(std::move(runtime), std::move(project), std::move(plan),
                                   std::move(options))) {}

LifecycleManager::~LifecycleManager() = default;

Result<void> LifecycleManager::start_all(std::stop_token stop) {
    return impl_->start_all(stop);
}
Result<void> LifecycleManager::stop_all(std::stop_token stop) {
    return impl_->stop_all(stop);
}
Result<void> LifecycleManager::restart(std::string_view service, std::stop_token stop) {
    return impl_->restart(service, stop);
}
Result<void> LifecycleManager::supervise(std::stop_token stop) {
    return impl_->supervise(stop, {});
}
Result<RunOutcome> LifecycleManager::run(std::stop_token stop, const RunOptions& options) {
    return impl_->run(stop, options);
}
std::vector<ServiceView> LifecycleManager::snapshot() const {
    return impl_->snapshot();
}
EventSubscription LifecycleManager::subscribe() const {
    return impl_->board().subscribe();
}
StartTimings LifecycleManager::timings() const {
    return impl_->timings();
}

} // namespace fairlead
