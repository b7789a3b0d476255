// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "../case.hpp"

/// The cases of each area, one file an area.
namespace fairlead::conformance {

[[nodiscard]] std::span<const Case> argument_cases();
[[nodiscard]] std::span<const Case> absence_cases();
[[nodiscard]] std::span<const Case> start_cases();
[[nodiscard]] std::span<const Case> inspect_cases();
[[nodiscard]] std::span<const Case> stop_cases();
[[nodiscard]] std::span<const Case> remove_cases();
[[nodiscard]] std::span<const Case> health_cases();
[[nodiscard]] std::span<const Case> log_cases();
[[nodiscard]] std::span<const Case> list_and_watch_cases();
[[nodiscard]] std::span<const Case> network_cases();
[[nodiscard]] std::span<const Case> port_cases();
[[nodiscard]] std::span<const Case> process_cases();
[[nodiscard]] std::span<const Case> privilege_cases();
[[nodiscard]] std::span<const Case> limit_cases();
[[nodiscard]] std::span<const Case> mount_cases();
[[nodiscard]] std::span<const Case> image_cases();
[[nodiscard]] std::span<const Case> cancellation_cases();
[[nodiscard]] std::span<const Case> concurrency_cases();

} // namespace fairlead::conformance
