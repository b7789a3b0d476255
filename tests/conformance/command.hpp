// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace fairlead::conformance {

struct CommandResult {
    int exit_code = 0;
    /// Both streams.
    std::string output;
};

/// Runs a program to its end; no shell. A program that is not there gives exit code 127.
[[nodiscard]] CommandResult run_command(const std::vector<std::string>& arguments);

/// Whether a program of that name is in PATH, or that path can be executed.
[[nodiscard]] bool is_program(const std::string& name);

} // namespace fairlead::conformance
