// SPDX-License-Identifier: MIT
#include "event_log.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace fairlead {

struct EventLog::State {
    explicit State(std::size_t most) : kept(most) {}

    const std::size_t kept;
    std::mutex mutex;
    std::condition_variable_any changed;
    std::deque<LifecycleEvent> events;
    std::uint64_t next_number = 1;
    bool closed = false;
};

class EventSubscription::Position {
public:
    explicit Position(std::shared_ptr<EventLog::State> state) : state_(std::move(state)) {}

    std::optional<Item> next(const std::stop_token& stop) {
        std::unique_lock lock(state_->mutex);
        state_->changed.wait(lock, stop, [this] { return has_next() || state_->closed; });
        if (!has_next()) {
            return std::nullopt;
        }
        const std::uint64_t oldest = state_->events.front().number;
        // A first reading is a late subscription, not a loss.
        const std::uint64_t dropped = number_ == 0 || number_ >= oldest ? 0 : oldest - number_;
        number_ = std::max(number_, oldest);
        Item item{.event = state_->events[number_ - oldest], .dropped = dropped};
        ++number_;
        return item;
    }

private:
    /// Numbers begin with 1; before the first reading there may be none at all.
    [[nodiscard]] bool has_next() const {
        return std::max<std::uint64_t>(number_, 1) < state_->next_number;
    }

    std::shared_ptr<EventLog::State> state_;
    /// Of the next event to deliver; 0 before the first.
    std::uint64_t number_ = 0;
};

EventLog::EventLog(std::size_t kept) : state_(std::make_shared<State>(std::max<std::size_t>(kept, 1))) {}

EventLog::~EventLog() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->closed = true;
    }
    state_->changed.notify_all();
}

void EventLog::append(LifecycleEvent event) {
    {
        const std::lock_guard lock(state_->mutex);
        event.number = state_->next_number++;
        event.time = std::chrono::system_clock::now();
        if (state_->events.size() == state_->kept) {
            state_->events.pop_front();
        }
        state_->events.push_back(std::move(event));
    }
    state_->changed.notify_all();
}

EventSubscription EventLog::subscribe() const {
    return EventSubscription(std::make_unique<EventSubscription::Position>(state_));
}

EventSubscription::EventSubscription(std::unique_ptr<Position> position)
    : position_(std::move(position)) {}
EventSubscription::EventSubscription(EventSubscription&&) noexcept = default;
EventSubscription& EventSubscription::operator=(EventSubscription&&) noexcept = default;
EventSubscription::~EventSubscription() = default;

std::optional<EventSubscription::Item> EventSubscription::next(std::stop_token stop) {
    return position_->next(stop);
}

} // namespace fairlead
