// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/container_status.hpp>
#include <fairlead/lifecycle_events.hpp>
#include <fairlead/log_stream.hpp>
#include <fairlead/plugin_registry.hpp>

/// What `--format json` prints. Each function returns one JSON value without a newline.
namespace fairlead::host {

/// An array of `{service, container, id, image, state, exit_code, ports}`.
[[nodiscard]] std::string json_of(const std::vector<ContainerStatus>& containers);

/// An array of `{name, version, path, loadable, error}`.
[[nodiscard]] std::string json_of(const std::vector<PluginInfo>& plugins);

/// `{number, time, service, state, message, exit_code, error}`; `dropped` if any were.
[[nodiscard]] std::string json_of(const EventSubscription::Item& item);

/// `{service, stream, time, line}`.
[[nodiscard]] std::string json_of_log_line(const std::string& service, const LogChunk& line);

/// `{service, container, phase}`.
[[nodiscard]] std::string json_of_take_down(const ContainerStatus& container, std::string_view phase);

struct VersionInfo {
    std::string toolchain;
    std::string runtime;
    /// Absent if the engine did not answer; `error` then says why.
    std::optional<EngineVersion> engine;
    std::optional<Error> error;
};

/// `{fairlead, plugin_abi, toolchain, runtime, engine}`.
[[nodiscard]] std::string json_of(const VersionInfo& info);

} // namespace fairlead::host
