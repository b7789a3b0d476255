// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <fairlead/error.hpp>
#include <fairlead/runtime_config.hpp>
#include <fairlead/wait.hpp>

namespace broker {

/// The broker's own configuration file; README.md has an example.
struct BrokerConfig {
    /// The stack file, relative to the configuration file.
    std::filesystem::path stack;
    /// The first part of the project's name; each run adds to it.
    std::string project;
    /// By service: what it takes until it is ready, besides its health.
    std::map<std::string, fairlead::Wait> ready;
    /// The file's `x-fairlead` object.
    fairlead::RuntimeConfig runtime;
};

/// Errors: `invalid_file`.
[[nodiscard]] fairlead::Result<BrokerConfig> read_broker_config(const std::filesystem::path& file);

} // namespace broker
