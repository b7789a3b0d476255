// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>

namespace fairlead::docker {

/// The value of a list's `filters` parameter for what belongs to a project, percent-encoded; an empty
/// project stands for all of them.
[[nodiscard]] std::string project_filter(std::string_view project);

/// Success, or the first failure with the others as its `cleanup_failures`.
[[nodiscard]] Result<void> all_of_them(std::vector<Error> failures);

} // namespace fairlead::docker
