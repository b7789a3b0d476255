// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string_view>

#include <fairlead/stack_file.hpp>

namespace fairlead::stack_file {

/// Reads a stack from text that stands, or could stand, in the file `path`. May throw what memory that
/// runs out throws.
[[nodiscard]] Result<StackFile> read_stack_text(std::string_view text, const std::filesystem::path& path,
                                                const StackFileOptions& options);

/// Reads the `x-fairlead` object out of such text.
[[nodiscard]] Result<RuntimeConfig> read_runtime_text(std::string_view text,
                                                      const std::filesystem::path& path);

} // namespace fairlead::stack_file
