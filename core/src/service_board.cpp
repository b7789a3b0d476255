// SPDX-License-Identifier: MIT
#include "service_board.hpp"

#include <chrono>
#include <utility>

namespace fairlead {

ServiceBoard::ServiceBoard(const LifecyclePlan& plan, std::size_t kept_events) : log_(kept_events) {
    views_.reserve(plan.services().size());
    for (const Service& service : plan.services()) {
        views_.push_back({.service = service.container.service,
                          .state = ServiceState::pending,
                          .since = std::chrono::system_clock::now(),
                          .id = {},
                          .exit_code = {},
                          .ports = {},
                          .error = {}});
    }
}

void ServiceBoard::set(std::size_t service, Change change) {
    // The log is written under the same lock, so that its order is that of the states.
    const std::lock_guard lock(mutex_);
    ServiceView& view = views_.at(service);
    view.state = change.state;
    view.since = std::chrono::system_clock::now();
    view.exit_code = change.exit_code;
    if (change.state == ServiceState::stopped || change.state == ServiceState::starting) {
        view.id = {};
        view.ports.clear();
    }
    if (change.state == ServiceState::starting) {
        view.error.reset();
    }
    if (change.status) {
        view.id = change.status->id;
        view.ports = change.status->ports;
    }
    if (change.error) {
        view.error = change.error;
    }
    log_.append({.service = view.service,
                 .state = change.state,
                 .message = std::move(change.message),
                 .exit_code = change.exit_code,
                 .error = std::move(change.error)});
}

void ServiceBoard::note(std::size_t service, std::string message, std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    ServiceView& view = views_.at(service);
    if (error) {
        view.error = error;
    }
    log_.append({.service = view.service,
                 .state = view.state,
                 .message = std::move(message),
                 .exit_code = {},
                 .error = std::move(error)});
}

void ServiceBoard::note_engine(std::string message, std::optional<Error> error) {
    log_.append(
        {.service = {}, .message = std::move(message), .exit_code = {}, .error = std::move(error)});
}

ServiceView ServiceBoard::view(std::size_t service) const {
    const std::lock_guard lock(mutex_);
    return views_.at(service);
}

std::vector<ServiceView> ServiceBoard::snapshot() const {
    const std::lock_guard lock(mutex_);
    return views_;
}

ServiceState state_of(const ContainerStatus& status) {
    switch (status.state) {
    case ContainerState::starting:
        return ServiceState::waiting;
    case ContainerState::running:
        return ServiceState::running;
    case ContainerState::healthy:
        return ServiceState::healthy;
    case ContainerState::unhealthy:
        return ServiceState::unhealthy;
    case ContainerState::stopped:
        break;
    }
    const bool ended_well = status.exit_code == 0 && !status.oom_killed;
    return ended_well ? ServiceState::completed : ServiceState::failed;
}

} // namespace fairlead
