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
///
/// An operation claims the services that it works on. What others see of them meanwhile is not taken up:
/// it may be out of date by the time it is told. Whoever has claimed them looks again afterwards.
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

    /// Its container is gone, which changes nothing about how it came to that.
    void forget_container(std::size_t service);

    /// Logs something about the engine.
    void note_engine(std::string message, std::optional<Error> error = {});

    /// Services that are being worked on, for as long as it lives. Two claims never share a service.
    class Claim {
    public:
        Claim(ServiceBoard& board, std::vector<std::size_t> services);
        Claim(const Claim&) = delete;
        Claim& operator=(const Claim&) = delete;
        ~Claim();

    private:
        ServiceBoard& board_;
        std::vector<std::size_t> services_;
    };

    /// Takes up what the engine says of a service's container; `restarted`: it has just been started by
    /// the engine. Whether the service has thereby come to an end.
    bool observe(std::size_t service, const ContainerStatus& status, bool restarted);

    /// Takes up that the container is gone; an `id` that is not empty is the one that is meant.
    void observe_gone(std::size_t service, const ContainerId& id, std::string message);

    /// Whether anything is running or being worked on.
    [[nodiscard]] bool any_active() const;

    [[nodiscard]] ServiceView view(std::size_t service) const;
    [[nodiscard]] std::vector<ServiceView> snapshot() const;
    [[nodiscard]] EventSubscription subscribe() const { return log_.subscribe(); }

private:
    /// These expect the lock to be held.
    void put(std::size_t service, Change change);
    void log(ServiceView& view, std::string message, std::optional<Error> error);

    mutable std::mutex mutex_;
    std::vector<ServiceView> views_;
    std::vector<bool> claimed_;
    std::size_t claims_ = 0;
    /// How many are in a state in which a container runs or is about to.
    std::size_t active_ = 0;
    EventLog log_;
};

/// The state of a service whose container is `status`.
[[nodiscard]] ServiceState state_of(const ContainerStatus& status);

} // namespace fairlead
