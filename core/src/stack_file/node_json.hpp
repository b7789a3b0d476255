// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "node.hpp"

namespace fairlead::stack_file {

/// The tree as JSON on one line, each value in the one way that it is always written.
[[nodiscard]] std::string to_json_text(const Node& node);

} // namespace fairlead::stack_file
