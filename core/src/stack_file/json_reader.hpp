// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "diagnostics.hpp"
#include "node.hpp"

namespace fairlead::stack_file {

/// What one file may cost. A value takes about a hundred bytes, so their number is bounded as well.
inline constexpr std::size_t most_bytes = 16U << 20U;
inline constexpr std::size_t most_levels = 64;
inline constexpr std::size_t most_values = 250'000;

/// Reads JSON. Nothing when it cannot be read; the reason is among the diagnostics then. A key that
/// appears twice is a mistake too, but the rest of the file is read.
[[nodiscard]] std::optional<Node> read_json(std::string_view text, Diagnostics& diagnostics);

} // namespace fairlead::stack_file
