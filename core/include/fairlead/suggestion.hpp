// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <fairlead/export.hpp>

namespace fairlead {

/// The candidate that a mistyped word most likely meant: the nearest by edit distance (with swapped
/// neighbours as one edit), if it is near enough to be worth saying.
[[nodiscard]] FAIRLEAD_API std::optional<std::string>
closest_word(std::string_view word, std::span<const std::string_view> candidates);

} // namespace fairlead
