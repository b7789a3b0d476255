// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/event_stream.hpp>

#include "scheduler.hpp"

namespace fairlead::fake {

/// One reader's place in a project's events. Guarded by the engine's lock.
struct Subscription {
    std::deque<ContainerEvent> events;
    WaitList reader;
    /// False after the engine has been lost: what is queued is still delivered, then no more.
    bool connected = true;
};

/// Hands events to those who watch the project they belong to, and wakes nobody else.
/// Guarded by the engine's lock.
class EventHub {
public:
    explicit EventHub(Scheduler& scheduler) : scheduler_(scheduler) {}

    [[nodiscard]] std::shared_ptr<Subscription> subscribe(std::string_view project);
    void unsubscribe(std::string_view project, const std::shared_ptr<Subscription>& subscription);

    void publish(std::string_view project, const ContainerEvent& event);
    void disconnect_all();

private:
    Scheduler& scheduler_;
    std::map<std::string, std::vector<std::shared_ptr<Subscription>>, std::less<>> subscriptions_;
};

} // namespace fairlead::fake
