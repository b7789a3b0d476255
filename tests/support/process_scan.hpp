// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fairlead::test {

/// Waits until no process but this one names `text` in its arguments. The command lines of those that
/// still do when `patience` is over.
[[nodiscard]] std::vector<std::string> still_named_by_processes(std::string_view text);

} // namespace fairlead::test
