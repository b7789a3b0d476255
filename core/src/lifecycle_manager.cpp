// SPDX-License-Identifier: MIT
#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/take_down.hpp>

#include "pause.hpp"
#include "service_board.hpp"
#include "start_run.hpp"

namespace fairlead {

class LifecycleManager::Impl {
public:
    Impl(std::shared_ptr<ContainerRuntime> runtime, std::string project, LifecyclePlan plan,
         LifecycleOptions options)
        : runtime_(std::move(runtime)), project_(std::move(project)), plan_(std::move(plan)),
          options_(options), board_(plan_, options.kept_events) {
        for (std::size_t i = 0; i < plan_.services().size(); ++i) {
            index_.emplace(plan_.services()[i].container.service, i);
        }
    }

    Result<void> start_all(const std::stop_token& stop) {
        const std::lock_guard turn(turn_);
        return StartRun(*runtime_, project_, plan_, options_, board_).run(stop);
    }

    Result<void> stop_all(const std::stop_token& stop) {
        const std::lock_guard turn(turn_);
        if (plan_.services().empty()) {
            return {};
        }
        auto done =
            take_down(*runtime_, project_,
                      {.grace = options_.stop_grace,
                       .volumes = false,
                       .services = names(),
                       .observer = [this](const TakeDownProgress& progress) { observe(progress); }},
                      stop);
        if (!done) {
            name_left_over(done.error());
        }
        return done;
    }

    Result<void> supervise(const std::stop_token& stop);

    [[nodiscard]] const ServiceBoard& board() const { return board_; }
    [[nodiscard]] std::vector<ServiceView> snapshot() const {
        const std::vector<ServiceView> views = board_.snapshot();
        std::vector<ServiceView> ordered;
        ordered.reserve(views.size());
        for (const std::size_t service : plan_.order()) {
            ordered.push_back(views[service]);
        }
        return ordered;
    }

private:
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const Service& service : plan_.services()) {
            names.push_back(service.container.service);
        }
        return names;
    }
    void name_left_over(Error& error) const;
    Result<EventStream> watch(const std::stop_token& stop);
    void observe(const TakeDownProgress& progress);
    void observe(const ContainerEvent& event, const std::stop_token& stop);
    void look_at_all(const std::stop_token& stop);
    void update(std::size_t service, const ContainerStatus& status, bool restarted);
    [[nodiscard]] bool any_active() const;

    std::shared_ptr<ContainerRuntime> runtime_;
    const std::string project_;
    const LifecyclePlan plan_;
    const LifecycleOptions options_;
    ServiceBoard board_;
    std::unordered_map<std::string_view, std::size_t> index_;
    std::mutex turn_;
};

void LifecycleManager::Impl::observe(const TakeDownProgress& progress) {
    const auto found = index_.find(progress.container.service);
    if (found == index_.end()) {
        return;
    }
    switch (progress.phase) {
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

/// An engine that is lost between the start and the first look is as lost as one later.
Result<EventStream> LifecycleManager::Impl::watch(const std::stop_token& stop) {
    auto wait = first_pause;
    for (bool lost = false;; lost = true, wait = std::min(wait * 2, longest_pause)) {
        auto events = runtime_->watch(project_, stop);
        if (events || events.error().code != Errc::unavailable) {
            if (events && lost) {
                board_.note_engine("the engine is back");
            }
            return events;
        }
        if (!lost) {
            board_.note_engine("the engine is lost; waiting for it", events.error());
        }
        if (!pause(wait, stop)) {
            return fail({.code = Errc::cancelled,
                         .operation = "watch",
                         .subject = project_,
                         .message = "cancelled"});
        }
    }
}

Result<void> LifecycleManager::Impl::supervise(const std::stop_token& stop) {
    const std::lock_guard turn(turn_);
    auto events = watch(stop);
    if (!events) {
        return std::unexpected(std::move(events.error()));
    }
    look_at_all(stop);
    while (!stop.stop_requested() && any_active()) {
        const auto event = events->next(stop);
        if (event && event->kind == ContainerEventKind::reconnected) {
            board_.note_engine("the engine is back");
        } else if (event) {
            observe(*event, stop);
        } else if (event.error().code != Errc::cancelled) {
            board_.note_engine("the engine is lost; waiting for it", event.error());
        }
    }
    return {};
}

/// Brings every service's state up to what the engine says now.
void LifecycleManager::Impl::look_at_all(const std::stop_token& stop) {
    const auto containers = runtime_->list(project_, stop);
    if (!containers) {
        return;
    }
    std::unordered_map<std::string_view, const ContainerStatus*> by_service;
    for (const ContainerStatus& container : *containers) {
        by_service.emplace(container.service, &container);
    }
    for (std::size_t i = 0; i < plan_.services().size(); ++i) {
        const auto found = by_service.find(plan_.services()[i].container.service);
        if (found != by_service.end()) {
            update(i, *found->second, false);
        } else if (board_.view(i).state != ServiceState::stopped) {
            board_.set(i, {.state = ServiceState::stopped, .message = "its container is gone"});
        }
    }
}

void LifecycleManager::Impl::observe(const ContainerEvent& event, const std::stop_token& stop) {
    const auto found = index_.find(event.service);
    if (found == index_.end()) {
        return;
    }
    if (event.kind == ContainerEventKind::removed) {
        if (board_.view(found->second).id == event.id) {
            board_.set(found->second,
                       {.state = ServiceState::stopped, .message = "its container was removed"});
        }
        return;
    }
    // The engine's events say that something happened; what is so now, only a look can tell.
    if (const auto status = runtime_->inspect(event.id, stop)) {
        update(found->second, *status, event.kind == ContainerEventKind::started);
    }
}

void LifecycleManager::Impl::update(std::size_t service, const ContainerStatus& status, bool restarted) {
    const ServiceView view = board_.view(service);
    ServiceState state = state_of(status);
    // Until the engine's own first probe it may know less than we have seen already.
    if (state == ServiceState::waiting && view.state == ServiceState::healthy && view.id == status.id &&
        !restarted) {
        state = ServiceState::healthy;
    }
    if (state == view.state && view.id == status.id && !(restarted && status.restarts > 0)) {
        return;
    }
    std::string message;
    if (status.exit_code) {
        message = fmt::format("exited with code {}{}", *status.exit_code,
                              status.oom_killed ? " (out of memory)" : "");
    } else if (restarted && status.restarts > 0) {
        message = fmt::format("restarted by the engine ({} so far)", status.restarts);
    }
    board_.set(
        service,
        {.state = state, .message = std::move(message), .status = status, .exit_code = status.exit_code});
}

bool LifecycleManager::Impl::any_active() const {
    for (const ServiceView& view : board_.snapshot()) {
        switch (view.state) {
        case ServiceState::starting:
        case ServiceState::waiting:
        case ServiceState::running:
        case ServiceState::healthy:
        case ServiceState::unhealthy:
            return true;
        case ServiceState::pending:
        case ServiceState::completed:
        case ServiceState::failed:
        case ServiceState::stopping:
        case ServiceState::stopped:
            break;
        }
    }
    return false;
}

LifecycleManager::LifecycleManager(std::shared_ptr<ContainerRuntime> runtime, std::string project,
                                   LifecyclePlan plan, LifecycleOptions options)
    : impl_(std::make_unique<Impl>(std::move(runtime), std::move(project), std::move(plan), options)) {}

LifecycleManager::~LifecycleManager() = default;

Result<void> LifecycleManager::start_all(std::stop_token stop) {
    return impl_->start_all(stop);
}
Result<void> LifecycleManager::stop_all(std::stop_token stop) {
    return impl_->stop_all(stop);
}
Result<void> LifecycleManager::supervise(std::stop_token stop) {
    return impl_->supervise(stop);
}
std::vector<ServiceView> LifecycleManager::snapshot() const {
    return impl_->snapshot();
}
EventSubscription LifecycleManager::subscribe() const {
    return impl_->board().subscribe();
}

} // namespace fairlead
