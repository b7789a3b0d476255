// SPDX-License-Identifier: MIT
#include "exit_watch.hpp"

#include <utility>

namespace fairlead {

Result<void> ExitWatch::open(ContainerRuntime& runtime, std::string_view project,
                             const std::stop_token& stop) {
    auto events = runtime.watch(project, stop);
    if (!events) {
        return std::unexpected(std::move(events.error()));
    }
    runtime_ = &runtime;
    events_.emplace(std::move(*events));
    listener_ = std::jthread([this](const std::stop_token& end) { listen(end); });
    return {};
}

void ExitWatch::listen(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto event = events_->next(stop);
        // A lost engine counts as well: whoever waits then hears of it from `inspect`.
        const bool may_have_ended = !event || event->kind == ContainerEventKind::exited ||
                                    event->kind == ContainerEventKind::removed;
        if (may_have_ended) {
            {
                const std::lock_guard lock(mutex_);
                ++changes_;
            }
            changed_.notify_all();
        }
    }
}

Result<ContainerStatus> ExitWatch::wait(const ContainerId& id, const std::stop_token& stop) {
    for (;;) {
        std::unique_lock lock(mutex_);
        const std::uint64_t seen = changes_;
        lock.unlock();
        auto status = runtime_->inspect(id, stop);
        if (!status || status->state == ContainerState::stopped) {
            return status;
        }
        lock.lock();
        if (!changed_.wait(lock, stop, [&] { return changes_ != seen; })) {
            return fail({.code = Errc::cancelled,
                         .operation = "wait for the end of",
                         .subject = status->name,
                         .message = "cancelled"});
        }
    }
}

} // namespace fairlead
