// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <fairlead/container_status.hpp>

#include "common/json.hpp"
#include "common_names.hpp"

namespace fairlead::docker {

/// What an inspection says of a container, beyond its status.
struct Inspection {
    ContainerStatus status;
    /// Whether it is ours: it carries a project label.
    bool ours = false;
    bool running = false;
    /// Between an exit and the engine's next start of it.
    bool restarting = false;
    /// Created and never started.
    bool created = false;
    bool tty = false;
    std::string stop_signal;
    /// As the engine writes it, to tell one run from the next.
    std::string started;
    /// The check in force, ready to be run: empty when there is none.
    std::vector<std::string> health_command;
    /// 0: the engine's default.
    std::chrono::nanoseconds health_timeout{0};
    /// The engine's own words on why the last start failed.
    std::string state_error;
    /// The value of `start_label`.
    std::string start;
};

/// Reads `GET /containers/{id}/json`. What an engine leaves out reads as empty.
[[nodiscard]] Inspection read_inspection(const Json& json);

/// The published ports of `NetworkSettings.Ports`. The engine lists a port that is open to all on IPv4
/// and IPv6 twice; it is one mapping, reported once.
[[nodiscard]] std::vector<PublishedPort> read_ports(const Json& ports);

} // namespace fairlead::docker
