// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "complaint.hpp"

namespace fairlead::stack_file {

/// `1024`, `64k`, `1.5gb`: units `b k kb m mb g gb` in any case, 1024-based.
[[nodiscard]] Parsed<std::uint64_t> parse_bytes(std::string_view text);

} // namespace fairlead::stack_file
