// SPDX-License-Identifier: MIT
#include "event_reader.hpp"

#include <utility>

#include "call.hpp"

namespace fairlead::fake {

EventReader::EventReader(std::shared_ptr<Engine> engine, std::string_view project)
    : engine_(std::move(engine)), project_(project) {}

EventReader::~EventReader() {
    const Lock lock = engine_->scheduler.lock();
    engine_->events.unsubscribe(project_, subscription_);
}

Result<void> EventReader::connect(std::stop_token stop) {
    Call call(*engine_, "watch", project_, std::move(stop));
    if (auto begun = call.begin(testing::FakeOperation::watch, {}); !begun) {
        return begun;
    }
    engine_->events.unsubscribe(project_, subscription_);
    subscription_ = engine_->events.subscribe(project_);
    return call.end(Result<void>());
}

Result<ContainerEvent> EventReader::next(std::stop_token stop) {
    Call call(*engine_, "watch", project_, std::move(stop));
    if (!subscription_) {
        return fail(call.error(Errc::unavailable, "not subscribed"));
    }
    const WaitEnd waited = call.wait(&subscription_->reader, std::nullopt, [&] {
        return !subscription_->events.empty() || !subscription_->connected;
    });
    if (waited != WaitEnd::ready) {
        return fail(call.error(waited));
    }
    if (subscription_->events.empty()) {
        return fail(call.error(WaitEnd::interrupted));
    }
    ContainerEvent event = std::move(subscription_->events.front());
    subscription_->events.pop_front();
    return event;
}

} // namespace fairlead::fake
