// SPDX-License-Identifier: MIT
#include "event_hub.hpp"

#include <utility>

#include <fairlead/labels.hpp>

#include "common/pause.hpp"
#include "common_names.hpp"

namespace fairlead::docker {
namespace {

constexpr std::chrono::milliseconds reconnect_pause{100};

} // namespace

EventHub::EventHub(Engine& engine) : events_(engine, std::string(labels::project), "all projects") {}

EventHub::~EventHub() = default;

std::unique_ptr<EventHub::Subscription> EventHub::subscribe(const std::string& container) {
    return std::make_unique<Subscription>(*this, container);
}

Result<void> EventHub::ensure_connected(const Call& call) {
    std::unique_lock lock(mutex_);
    if (connected_) {
        return {};
    }
    if (!thread_.joinable()) {
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    const std::uint64_t before = attempts_;
    wanted_ = true;
    changed_.notify_all();
    const auto answered = [&] { return connected_ || attempts_ > before; };
    const bool known = call.deadline == no_deadline
                           ? changed_.wait(lock, call.stop, answered)
                           : changed_.wait_until(lock, call.stop, call.deadline, answered);
    if (!known) {
        return call.stop.stop_requested() ? call.failed(Errc::cancelled, "it was cancelled")
                                          : call.failed(Errc::timeout, "the time given to it ran out");
    }
    if (connected_ || !last_failure_) {
        return {};
    }
    Error error = *last_failure_;
    error.operation = call.operation;
    error.subject = call.subject;
    return std::unexpected(std::move(error));
}

void EventHub::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return wanted_; })) {
        lock.unlock();
        Result<void> connected = events_.connect(stop);
        lock.lock();
        wanted_ = false;
        connected_ = connected.has_value();
        last_failure_ = connected ? std::nullopt : std::optional(std::move(connected.error()));
        ++attempts_;
        changed_.notify_all();
        if (connected_) {
            serve(lock, stop);
            connected_ = false;
            wake_all();
            // An engine that ends each subscription at once is not to be asked in a tight loop.
            lock.unlock();
            pause(reconnect_pause, stop);
            lock.lock();
        }
    }
}

void EventHub::serve(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    for (;;) {
        lock.unlock();
        const Result<ContainerEvent> event = events_.next(stop);
        lock.lock();
        if (!event) {
            return;
        }
        const bool decides = event->kind == ContainerEventKind::exited ||
                             event->kind == ContainerEventKind::removed ||
                             event->kind == ContainerEventKind::healthy;
        const auto [first, last] = subscriptions_.equal_range(event->id.value());
        for (auto each = first; each != last; ++each) {
            each->second->news_ = true;
            if (decides) {
                each->second->interrupt_.request_stop();
            }
        }
        changed_.notify_all();
    }
}

void EventHub::wake_all() {
    for (const auto& [container, subscription] : subscriptions_) {
        subscription->news_ = true;
        subscription->interrupt_.request_stop();
    }
    changed_.notify_all();
}

EventHub::Subscription::Subscription(EventHub& hub, std::string container)
    : hub_(hub), container_(std::move(container)) {
    const std::lock_guard lock(hub_.mutex_);
    hub_.subscriptions_.emplace(container_, this);
}

EventHub::Subscription::~Subscription() {
    const std::lock_guard lock(hub_.mutex_);
    const auto [first, last] = hub_.subscriptions_.equal_range(container_);
    for (auto each = first; each != last; ++each) {
        if (each->second == this) {
            hub_.subscriptions_.erase(each);
            return;
        }
    }
}

void EventHub::Subscription::clear() {
    const std::lock_guard lock(hub_.mutex_);
    news_ = false;
    interrupt_ = {};
}

bool EventHub::Subscription::wait(const std::stop_token& stop, Clock::time_point deadline) {
    std::unique_lock lock(hub_.mutex_);
    if (deadline == no_deadline) {
        return hub_.changed_.wait(lock, stop, [this] { return news_; });
    }
    return hub_.changed_.wait_until(lock, stop, deadline, [this] { return news_; });
}

std::stop_token EventHub::Subscription::interrupted() const {
    const std::lock_guard lock(hub_.mutex_);
    return interrupt_.get_token();
}

} // namespace fairlead::docker
