// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>
#include <fairlead/export.hpp>
#include <fairlead/runtime.hpp>

namespace fairlead {

/// The `x-fairlead` object of a stack file or of a host's own configuration file: which engine, and how
/// to reach it. Options are kept per engine, so that changing engines is changing one word.
struct RuntimeConfig {
    /// The plugin's name; absent: left to a weaker source.
    std::optional<std::string> runtime;
    /// Absolute directories searched for plugins before all others.
    std::vector<std::filesystem::path> plugin_path;
    /// By plugin name; each value is a JSON object as text.
    std::map<std::string, std::string> options;

    bool operator==(const RuntimeConfig&) const = default;
};

/// The engine when nobody names one.
inline constexpr std::string_view default_runtime = "docker";

/// Reads the `x-fairlead` object of a JSON file; other keys of the file are the host's business.
///
/// Absent: a file without that object gives an empty configuration.
/// Errors: `invalid_file` with `file:line:column`, also for an unknown key, with the likely word.
[[nodiscard]] FAIRLEAD_API Result<RuntimeConfig> read_runtime_config(const std::filesystem::path& file);

/// The user's own configuration, `$XDG_CONFIG_HOME/fairlead/config.json`; empty if there is none.
[[nodiscard]] FAIRLEAD_API Result<RuntimeConfig> read_user_config();

/// Which engine to use, strongest source first: `flag` (a command line's choice, may be empty), the
/// environment's `FAIRLEAD_RUNTIME`, `stack`, `user`, and `default_runtime`. Options of `stack` replace
/// those of `user` engine by engine; its plugin path comes first.
/// The result names a runtime.
[[nodiscard]] FAIRLEAD_API RuntimeConfig select_runtime(std::string_view flag, const RuntimeConfig& stack,
                                                        const RuntimeConfig& user);

/// Loads the runtime that `config` names, or `default_runtime`, with its options.
///
/// Errors: those of `PluginRegistry::load`.
[[nodiscard]] FAIRLEAD_API Result<std::shared_ptr<ContainerRuntime>>
load_runtime(const RuntimeConfig& config);

} // namespace fairlead
