// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <fairlead/container_status.hpp>
#include <fairlead/error.hpp>
#include <fairlead/export.hpp>

namespace fairlead {

/// The place of a service in its life; `lifecycle_manager.hpp` has the table.
enum class ServiceState {
    pending,
    starting,
    waiting,
    running,
    healthy,
    unhealthy,
    completed,
    failed,
    stopping,
    stopped,
};

[[nodiscard]] FAIRLEAD_API std::string_view to_string(ServiceState state) noexcept;

/// A service changed its state, or reported progress without changing it.
struct LifecycleEvent {
    /// From 1, without holes, in the order in which things happened.
    std::uint64_t number = 0;
    Timestamp time{};
    /// Empty: the event is about the engine as a whole (its loss and return).
    std::string service;
    ServiceState state = ServiceState::pending;
    /// For people: a pull's progress, what the service waits for, the ports it got. May be empty.
    std::string message;
    /// For `completed`, `failed` and `stopped`, where there is one.
    std::optional<int> exit_code;
    /// For `failed`, and for what went wrong without changing the state.
    std::optional<Error> error;
};

/// One reader's place in a manager's events.
///
/// A subscription starts with the first event that is still kept, so that a late reader sees what
/// has happened already. The manager keeps a bounded number of events for all readers together; a
/// reader that falls behind is told how many it has missed, and no one else waits for it.
///
/// Ownership: the caller's; it may outlive the manager, after which `next` ends.
/// Threads: one at a time.
class FAIRLEAD_API EventSubscription {
public:
    /// What `next` delivers: an event, and how many were dropped just before it.
    struct Item {
        LifecycleEvent event;
        std::uint64_t dropped = 0;
    };

    EventSubscription(EventSubscription&&) noexcept;
    EventSubscription& operator=(EventSubscription&&) noexcept;
    ~EventSubscription();

    /// The next event; nothing once the manager is gone and all has been delivered, or when `stop` is
    /// asked for. Blocks until then.
    [[nodiscard]] std::optional<Item> next(std::stop_token stop = {});

private:
    friend class EventLog;
    class Position;
    explicit EventSubscription(std::unique_ptr<Position> position);

    std::unique_ptr<Position> position_;
};

} // namespace fairlead
