// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fairlead::podman {

/// The file to execute: `program` itself when it has a slash in it, otherwise what the PATH of
/// `environment` has of that name. Nothing when there is none that can be executed.
[[nodiscard]] std::optional<std::filesystem::path>
find_program(const std::string& program, const std::vector<std::string>& environment);

} // namespace fairlead::podman
