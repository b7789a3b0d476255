// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

namespace fairlead {

/// One wait's time: `token` is stopped when the caller's is, when the time is over, or when somebody says
/// that there is nothing left to wait for.
class WaitScope {
public:
    WaitScope(std::chrono::milliseconds timeout, std::stop_token caller);
    WaitScope(const WaitScope&) = delete;
    WaitScope& operator=(const WaitScope&) = delete;

    [[nodiscard]] std::stop_token token() const { return over_.get_token(); }
    [[nodiscard]] const std::stop_token& caller() const { return caller_; }
    [[nodiscard]] std::chrono::milliseconds timeout() const { return timeout_; }
    [[nodiscard]] std::chrono::milliseconds left() const;
    void end() { over_.request_stop(); }

private:
    const std::chrono::milliseconds timeout_;
    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    const std::stop_token caller_;
    std::stop_source over_;
    std::stop_callback<std::function<void()>> on_cancel_;
    std::jthread timer_;
};

} // namespace fairlead
