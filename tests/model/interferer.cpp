// SPDX-License-Identifier: MIT
#include "interferer.hpp"

namespace fairlead::model {
namespace {

/// Past what has been told already.
EventSubscription from_now(const LifecycleManager& manager) {
    std::stop_source now;
    now.request_stop();
    EventSubscription events = manager.subscribe();
    while (events.next(now.get_token())) {
    }
    return events;
}

} // namespace

Interferer::Interferer(const Step& step, const LifecycleManager& manager, testing::FakeControl& control)
    : kind_(step.interference), control_(control), events_(from_now(manager)),
      thread_([this, events = step.after_events](const std::stop_token& stop) { wait(events, stop); }) {}

void Interferer::wait(std::size_t events, const std::stop_token& stop) {
    if (kind_ == Interference::none) {
        return;
    }
    for (; events > 0; --events) {
        if (!events_.next(stop)) {
            return;
        }
    }
    done_ = true;
    if (kind_ == Interference::cancel) {
        cancel_.request_stop();
    } else {
        control_.engine_lost();
    }
}

bool Interferer::finish() {
    thread_.request_stop();
    thread_.join();
    if (done_ && kind_ == Interference::lose_engine) {
        control_.engine_back();
    }
    return done_;
}

} // namespace fairlead::model
