// SPDX-License-Identifier: MIT
#include "timer.hpp"

namespace fairlead::conformance {

Timer::Timer(std::chrono::milliseconds time)
    : thread_([this, time](const std::stop_token& destroyed) {
          std::unique_lock lock(mutex_);
          ended_.wait_for(lock, destroyed, time, [] { return false; });
          if (!destroyed.stop_requested()) {
              source_.request_stop();
          }
      }) {}

} // namespace fairlead::conformance
