// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <fairlead/container_status.hpp>
#include <fairlead/error.hpp>
#include <fairlead/export.hpp>

/// Durations and times as text. All functions are pure and may be called from any thread.
namespace fairlead {

/// Reads a Compose duration: units `ns us ms s m h`, compound (`1m30s`), with decimals (`1.5m`).
///
/// Errors: `invalid_spec` for anything else, a negative or too large one included.
[[nodiscard]] FAIRLEAD_API Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// Writes a duration so that `parse_duration` reads the same: `1m30s`, `250ms`, `0s`.
[[nodiscard]] FAIRLEAD_API std::string format_duration(std::chrono::nanoseconds duration);

/// Reads an RFC 3339 time, `2024-05-01T12:00:00.123456789Z` or with an offset.
///
/// Errors: `invalid_spec`.
[[nodiscard]] FAIRLEAD_API Result<Timestamp> parse_timestamp(std::string_view text);

/// Writes RFC 3339 in UTC with nine decimals.
[[nodiscard]] FAIRLEAD_API std::string format_timestamp(Timestamp time);

} // namespace fairlead
