// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <stop_token>

namespace fairlead {

/// Between one attempt to reach a lost engine and the next: doubled each time.
inline constexpr std::chrono::milliseconds first_pause{100};
inline constexpr std::chrono::milliseconds longest_pause{5000};

/// Waits, and says whether the whole time has passed.
[[nodiscard]] bool pause(std::chrono::milliseconds duration, const std::stop_token& stop);

} // namespace fairlead
