// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fairlead/lifecycle_manager.hpp>

#include "../context.hpp"

/// One function a command. Each prints what it has to say and returns how the process shall end.
namespace fairlead::host {

struct UpOptions {
    bool detach = false;
    bool build = false;
    std::optional<std::chrono::milliseconds> wait_timeout;
    std::optional<std::chrono::milliseconds> stop_timeout;
    bool prefix = true;
    Recreate recreate = Recreate::when_changed;
    bool remove_orphans = false;
    bool timings = false;
    bool abort_on_exit = false;
    std::string exit_code_from;
    std::vector<std::string> services;
};

struct RestartOptions {
    std::optional<std::chrono::milliseconds> wait_timeout;
    std::optional<std::chrono::milliseconds> stop_timeout;
    std::vector<std::string> services;
};

struct DownOptions {
    bool volumes = false;
    std::optional<std::chrono::milliseconds> stop_timeout;
};

struct PsOptions {
    bool all = false;
};

struct LogsOptions {
    bool follow = false;
    std::optional<std::uint64_t> tail;
    std::string since;
    bool timestamps = false;
    bool prefix = true;
    std::vector<std::string> services;
};

struct ConfigOptions {
    bool quiet = false;
};

struct ConformanceOptions {
    /// The engine's options, a JSON object; empty: those of the configuration.
    std::string options;
    std::string image = "busybox:latest";
    std::string registry;
    std::string pattern;
    unsigned parallel = 4;
    bool strict = false;
    bool list = false;
};

ExitCode up(Context& context, const UpOptions& options);
ExitCode down(Context& context, const DownOptions& options);
ExitCode restart(Context& context, const RestartOptions& options);
ExitCode ps(Context& context, const PsOptions& options);
ExitCode logs(Context& context, const LogsOptions& options);
ExitCode config(Context& context, const ConfigOptions& options);
ExitCode conformance(Context& context, const ConformanceOptions& options);
ExitCode plugins(Context& context);
ExitCode version(Context& context);

} // namespace fairlead::host
