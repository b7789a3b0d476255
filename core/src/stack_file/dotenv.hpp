// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "diagnostics.hpp"
#include "interpolation.hpp"

namespace fairlead::stack_file {

using Variables = std::map<std::string, std::string>;

/// Reads Compose's `.env` notation into `variables`: comments, `export`, single and double quotes,
/// values over several lines. A value may use what `lookup` knows and the variables above it. A bare
/// name takes the value that `lookup` has, if any. Mistakes are reported as being in `file`.
void read_dotenv(std::string_view text, const std::string& file, const Lookup& lookup,
                 Variables& variables, Diagnostics& diagnostics);

/// Reads `NAME=value` lines as they are: no quotes, no interpolation.
void read_raw_env(std::string_view text, const std::string& file, const Lookup& lookup,
                  Variables& variables, Diagnostics& diagnostics);

/// What is wrong with a variable's name that no engine may take; empty if nothing is.
[[nodiscard]] std::string_view wrong_with_variable(std::string_view name) noexcept;

} // namespace fairlead::stack_file
