// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace fairlead::host {

/// Rows of columns, each as wide as its widest cell; the first row is the heading.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows);

} // namespace fairlead::host
