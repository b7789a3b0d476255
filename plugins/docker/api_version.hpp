// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace fairlead::docker {

/// A version of the engine's HTTP interface.
struct ApiVersion {
    int major = 0;
    int minor = 0;

    auto operator<=>(const ApiVersion&) const = default;
};

/// Docker 20.10, the oldest that is supported.
inline constexpr ApiVersion oldest_api{1, 41};
/// The newest that this plugin was written against; a newer engine is asked in this version.
inline constexpr ApiVersion newest_api{1, 51};

[[nodiscard]] std::optional<ApiVersion> parse_api_version(std::string_view text);
[[nodiscard]] std::string to_string(ApiVersion version);

} // namespace fairlead::docker
