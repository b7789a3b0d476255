// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <fairlead/lifecycle_manager.hpp>

#include "event_log.hpp"

namespace fairlead {

/// Where every service of a manager stands, and the log of how it got there; the two always agree.
/// Threads: any.
class ServiceBoard {
public:
    ServiceBoard(const LifecyclePlan& plan, std::size_t kept_events);

    struct Change {
        ServiceState state = ServiceState::pending;
        std::string message{};
        /// What the engine said of the container at that moment.
        std::optional<ContainerStatus> status{};
        std::optional<int> exit_code{};
        std::optional<Error> error{};
    };

    /// Puts a service into a state and logs it.
    void set(std::size_t service, Change change);

    /// Logs something about a service that does not change its state.
    void note(std::size_t service, std::string message, std::optional<Error> error = {});

    /// Logs something about the engine.
    void note_engine(std::string message, std::optional<Error> error = {});

    [[nodiscard]] ServiceView view(std::size_t service) const;
    [[nodiscard]] std::vector<ServiceView> snapshot() const;
    [[nodiscard]] EventSubscription subscribe() const { return log_.subscribe(); }

private:
    mutable std::mutex mutex_;
    std::vector<ServiceView> views_;
    EventLog log_;
};

/// The state of a service whose container is `status`.
[[nodiscard]] ServiceState state_of(const ContainerStatus& status);

} // namespace fairlead
