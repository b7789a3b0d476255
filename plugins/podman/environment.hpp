// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>

namespace fairlead::podman {

/// The environment that podman itself gets: what it needs to find its own configuration, and nothing else
/// of the host's. An image can make podman 4.3 copy variables of its own environment into the container.
///
/// `lookup` is `getenv`.
[[nodiscard]] std::vector<std::string>
engine_environment(const std::function<const char*(const char*)>& lookup);

/// How a container's variables reach podman without standing in an argument list, where every user of the
/// machine could read them.
struct EnvironmentPlan {
    /// An environment file, one `NAME=value` a line.
    std::string file;
    /// Names whose value podman takes from its own environment: `--env NAME`. An environment file
    /// cannot carry a line break.
    std::vector<std::string> inherited;
    /// The values of `inherited`, as `NAME=value`.
    std::vector<std::string> environment;
};

/// Errors: `unsupported` for a value that an environment file cannot carry and whose name would change
/// what podman itself does; the message names the variable, never the value.
[[nodiscard]] Result<EnvironmentPlan>
plan_environment(const std::map<std::string, std::string>& variables);

/// Whether a variable of that name could change what podman or the programs it runs do.
[[nodiscard]] bool is_read_by_engine(std::string_view name);

} // namespace fairlead::podman
