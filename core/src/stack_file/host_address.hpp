// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace fairlead::stack_file {

/// Whether the text is an IPv4 or IPv6 address, without brackets.
[[nodiscard]] bool is_address(std::string_view text);

} // namespace fairlead::stack_file
