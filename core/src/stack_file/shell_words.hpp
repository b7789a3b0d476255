// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "complaint.hpp"

namespace fairlead::stack_file {

/// Splits a command line into words as a shell would: blanks, single and double quotes, backslashes.
/// No shell runs it, so what only a shell could do (`&&`, `|`, `>`, …) is refused unless quoted.
[[nodiscard]] Parsed<std::vector<std::string>> split_words(std::string_view line);

} // namespace fairlead::stack_file
