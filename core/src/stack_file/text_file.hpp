// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "complaint.hpp"

namespace fairlead::stack_file {

/// Reads a regular file of at most `most_bytes`: never a pipe or a device, which could block or go on
/// for ever. The complaint says why not, without the path.
[[nodiscard]] Parsed<std::string> read_text_file(const std::filesystem::path& path,
                                                 std::size_t most_bytes);

} // namespace fairlead::stack_file
