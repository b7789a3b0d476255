// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>

namespace fairlead::podman {

/// The lines of a text that are not empty.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

/// Success, or the first failure with the others as its `cleanup_failures`.
[[nodiscard]] Result<void> all_of_them(std::vector<Error> failures);

} // namespace fairlead::podman
