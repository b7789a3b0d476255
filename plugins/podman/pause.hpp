// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <stop_token>

namespace fairlead::podman {

/// Lets time pass between two probes. Whether all of it has passed, and `stop` was not asked for.
bool pause(std::chrono::milliseconds duration, const std::stop_token& stop);

} // namespace fairlead::podman
