// SPDX-License-Identifier: MIT
#include "container_follower.hpp"

#include <utility>

namespace fairlead {

ContainerFollower::ContainerFollower(ContainerRuntime& runtime, ContainerId id,
                                     std::function<void()> on_end)
    : runtime_(runtime), id_(std::move(id)), on_end_(std::move(on_end)) {}

Result<void> ContainerFollower::open(const std::stop_token& stop) {
    const auto status = runtime_.inspect(id_, stop);
    if (!status) {
        return std::unexpected(status.error());
    }
    auto events = runtime_.watch(status->project, stop);
    if (!events) {
        return std::unexpected(std::move(events.error()));
    }
    events_.emplace(std::move(*events));
    // Again: what happened before the subscription is told by nobody.
    if (auto seen = look(stop); !seen) {
        return seen;
    }
    listener_ = std::jthread([this](const std::stop_token& end) { listen(end); });
    return {};
}

Result<ContainerStatus> ContainerFollower::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

void ContainerFollower::listen(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto event = events_->next(stop);
        if (event && (event->id == id_ || event->kind == ContainerEventKind::reconnected)) {
            // What could not be seen now is seen when the engine is back.
            std::ignore = look(stop);
        }
    }
}

Result<void> ContainerFollower::look(const std::stop_token& stop) {
    auto status = runtime_.inspect(id_, stop);
    if (!status && status.error().code != Errc::not_found) {
        return std::unexpected(std::move(status.error()));
    }
    const bool ended = !status || status->state == ContainerState::stopped;
    {
        const std::lock_guard lock(mutex_);
        status_ = std::move(status);
    }
    if (ended) {
        on_end_();
    }
    return {};
}

} // namespace fairlead
