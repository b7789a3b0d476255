// SPDX-License-Identifier: MIT
#include "pause.hpp"

#include <condition_variable>
#include <mutex>

namespace fairlead {

bool pause(std::chrono::milliseconds duration, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    return !never.wait_for(lock, stop, duration, [&] { return stop.stop_requested(); });
}

} // namespace fairlead
