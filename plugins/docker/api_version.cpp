// SPDX-License-Identifier: MIT
#include "api_version.hpp"

#include <charconv>

#include <fmt/format.h>

namespace fairlead::docker {

std::optional<ApiVersion> parse_api_version(std::string_view text) {
    ApiVersion version;
    const char* const end = text.data() + text.size();
    const auto major = std::from_chars(text.data(), end, version.major);
    if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') {
        return std::nullopt;
    }
    const auto minor = std::from_chars(major.ptr + 1, end, version.minor);
    if (minor.ec != std::errc{} || minor.ptr != end) {
        return std::nullopt;
    }
    return version;
}

std::string to_string(ApiVersion version) {
    return fmt::format("{}.{}", version.major, version.minor);
}

} // namespace fairlead::docker
