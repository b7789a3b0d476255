// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace fairlead::stack_file {

/// Text from a file as it may stand in a message: in double quotes, on one line, control characters
/// escaped, cut after 60 characters.
[[nodiscard]] std::string in_quotes(std::string_view text);

} // namespace fairlead::stack_file
