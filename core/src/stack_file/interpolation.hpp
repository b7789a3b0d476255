// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "complaint.hpp"
#include "diagnostics.hpp"
#include "node.hpp"

namespace fairlead::stack_file {

using Lookup = std::function<std::optional<std::string>(const std::string&)>;

/// What interpolation may make of one file: `.env` values may be built from one another, doubling each
/// time.
inline constexpr std::size_t most_expanded_bytes = 32U << 20U;

struct Expansion {
    std::string text;
    /// Variables that were needed and are not set, each once.
    std::vector<std::string> unset;
};

/// Replaces `$V`, `${V}`, `${V:-x}`, `${V-x}`, `${V:?m}`, `${V?m}`, `${V:+x}`, `${V+x}` (each `x` may
/// hold more of them) and `$$`. Only the branch that is taken is looked at.
[[nodiscard]] Parsed<Expansion> expand(std::string_view text, const Lookup& lookup,
                                       std::size_t most_bytes = most_expanded_bytes);

/// Expands every string value below `tree`, except below keys that begin with `x-` and are not
/// `x-fairlead`. `budget` is what the expanded strings may come to in bytes and is used up.
void interpolate(Node& tree, const std::string& path, const Lookup& lookup, std::size_t& budget,
                 Diagnostics& diagnostics);

/// Writes text so that `expand` gives it back.
[[nodiscard]] std::string escape_dollars(std::string_view text);

} // namespace fairlead::stack_file
