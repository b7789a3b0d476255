// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <stop_token>

namespace fairlead::plugin {

/// Lets time pass between two probes, or attempts to reach an engine that is away. Whether all of it has
/// passed, and `stop` was not asked for.
bool pause(std::chrono::milliseconds duration, const std::stop_token& stop);

} // namespace fairlead::plugin
