// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace fairlead::conformance {

/// A stop token that is triggered when its time is over.
class Timer {
public:
    explicit Timer(std::chrono::milliseconds time);

    [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

private:
    std::mutex mutex_;
    std::condition_variable_any ended_;
    std::stop_source source_;
    std::jthread thread_;
};

} // namespace fairlead::conformance
