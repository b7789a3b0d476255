// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include <fairlead/error.hpp>
#include <fairlead/runtime.hpp>

namespace fairlead {

/// Lets threads wait for containers of a project to end: one subscription to the engine's events, and
/// a look at the container whenever it may have ended.
/// Threads: any number of waiters.
class ExitWatch {
public:
    /// Subscribes; containers started afterwards cannot end unnoticed.
    [[nodiscard]] Result<void> open(ContainerRuntime& runtime, std::string_view project,
                                    const std::stop_token& stop);

    /// Blocks until the container has stopped and its engine will not start it again.
    [[nodiscard]] Result<ContainerStatus> wait(const ContainerId& id, const std::stop_token& stop);

private:
    void listen(const std::stop_token& stop);

    ContainerRuntime* runtime_ = nullptr;
    std::optional<EventStream> events_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    /// Counts everything that may have ended a container.
    std::uint64_t changes_ = 0;
    std::jthread listener_;
};

} // namespace fairlead
