// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>

#include <fairlead/lifecycle_events.hpp>

namespace fairlead {

/// The last events of a manager, kept once for all readers. Each reader has a place in it; when the
/// oldest events go to make room, a reader who has not seen them learns how many they were.
class EventLog {
public:
    explicit EventLog(std::size_t kept);
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;
    /// Readers get what is left, then the end.
    ~EventLog();

    /// Numbers the event and sets its time.
    void append(LifecycleEvent event);

    [[nodiscard]] EventSubscription subscribe() const;

    struct State;

private:
    std::shared_ptr<State> state_;
};

} // namespace fairlead
