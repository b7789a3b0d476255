// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace broker {

/// Turns SIGINT and SIGTERM into a request to stop; a second one ends the process at once. To be made in
/// `main` before any other thread: threads inherit the blocked signals.
class StopSignal {
public:
    StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;
    ~StopSignal();

    [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

private:
    void listen();

    std::stop_source source_;
    std::atomic<bool> finished_ = false;
    std::jthread listener_;
};

} // namespace broker
