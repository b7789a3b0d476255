// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include <fairlead/error.hpp>
#include <fairlead/event_stream.hpp>
#include <fairlead/runtime.hpp>

namespace fairlead {

/// Keeps what is known of one container up to date, by the engine's events and a look at the container
/// for each: a restart may give it other ports.
/// Threads: any, but for `open`.
class ContainerFollower {
public:
    /// `on_end` is called, at least once and from any thread, when the container has stopped or is gone.
    ContainerFollower(ContainerRuntime& runtime, ContainerId id, std::function<void()> on_end);

    [[nodiscard]] Result<void> open(const std::stop_token& stop);

    /// As it was last seen; an error once it is gone.
    [[nodiscard]] Result<ContainerStatus> status() const;

private:
    void listen(const std::stop_token& stop);
    Result<void> look(const std::stop_token& stop);

    ContainerRuntime& runtime_;
    const ContainerId id_;
    const std::function<void()> on_end_;
    mutable std::mutex mutex_;
    Result<ContainerStatus> status_;
    std::optional<EventStream> events_;
    std::jthread listener_;
};

} // namespace fairlead
