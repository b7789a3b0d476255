// SPDX-License-Identifier: MIT
#include "service_board.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace fairlead {
namespace {

bool is_active(ServiceState state) {
    switch (state) {
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
    return false;
}

/// What is worth telling of a container's end or of its being started again.
std::string describe(const ContainerStatus& status, bool restarted) {
    if (status.exit_code) {
        return fmt::format("exited with code {}{}", *status.exit_code,
                           status.oom_killed ? " (out of memory)" : "");
    }
    return restarted ? fmt::format("restarted by the engine ({} so far)", status.restarts) : "";
}

} // namespace

ServiceBoard::ServiceBoard(const LifecyclePlan& plan, std::size_t kept_events)
    : claimed_(plan.services().size(), false), log_(kept_events) {
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
    put(service, std::move(change));
}

void ServiceBoard::put(std::size_t service, Change change) {
    ServiceView& view = views_.at(service);
    active_ -= is_active(view.state) ? 1 : 0;
    active_ += is_active(change.state) ? 1 : 0;
    view.state = change.state;
    view.since = std::chrono::system_clock::now();
    view.exit_code = change.exit_code;
    if (change.state == ServiceState::stopped || change.state == ServiceState::starting) {
        view.id = {};
        view.ports.clear();
    }
    if (change.state == ServiceState::starting) {
        view.restarts = 0;
        view.error.reset();
    }
    if (change.status) {
        view.id = change.status->id;
        view.ports = change.status->ports;
        view.restarts = change.status->restarts;
    }
    log(view, std::move(change.message), std::move(change.error));
}

void ServiceBoard::note(std::size_t service, std::string message, std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    log(views_.at(service), std::move(message), std::move(error));
}

void ServiceBoard::forget_container(std::size_t service) {
    const std::lock_guard lock(mutex_);
    ServiceView& view = views_.at(service);
    view.id = {};
    view.ports.clear();
}

void ServiceBoard::log(ServiceView& view, std::string message, std::optional<Error> error) {
    if (error) {
        view.error = error;
    }
    log_.append({.service = view.service,
                 .state = view.state,
                 .message = std::move(message),
                 .exit_code = view.exit_code,
                 .error = std::move(error)});
}

void ServiceBoard::note_engine(std::string message, std::optional<Error> error) {
    log_.append(
        {.service = {}, .message = std::move(message), .exit_code = {}, .error = std::move(error)});
}

bool ServiceBoard::observe(std::size_t service, const ContainerStatus& status, bool restarted) {
    const std::lock_guard lock(mutex_);
    const ServiceView& view = views_.at(service);
    if (claimed_[service]) {
        return false;
    }
    ServiceState state = state_of(status);
    // Until the engine's own first probe it may know less than we have seen already.
    if (state == ServiceState::waiting && view.state == ServiceState::healthy && view.id == status.id &&
        !restarted) {
        state = ServiceState::healthy;
    }
    const bool same = state == view.state && view.id == status.id;
    if (same && status.restarts <= view.restarts) {
        return false;
    }
    put(service, {.state = state,
                  .message = describe(status, status.restarts > view.restarts),
                  .status = status,
                  .exit_code = status.exit_code});
    return state == ServiceState::completed || state == ServiceState::failed;
}

void ServiceBoard::observe_gone(std::size_t service, const ContainerId& id, std::string message) {
    const std::lock_guard lock(mutex_);
    const ServiceView& view = views_.at(service);
    const bool meant = id.value().empty() || id == view.id;
    if (!claimed_[service] && meant && view.state != ServiceState::stopped) {
        put(service, {.state = ServiceState::stopped, .message = std::move(message)});
    }
}

bool ServiceBoard::any_active() const {
    const std::lock_guard lock(mutex_);
    return active_ > 0 || claims_ > 0;
}

ServiceBoard::Claim::Claim(ServiceBoard& board, std::vector<std::size_t> services)
    : board_(board), services_(std::move(services)) {
    const std::lock_guard lock(board_.mutex_);
    ++board_.claims_;
    for (const std::size_t service : services_) {
        board_.claimed_[service] = true;
    }
}

ServiceBoard::Claim::~Claim() {
    const std::lock_guard lock(board_.mutex_);
    --board_.claims_;
    for (const std::size_t service : services_) {
        board_.claimed_[service] = false;
    }
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
