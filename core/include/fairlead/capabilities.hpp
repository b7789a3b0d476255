// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fairlead {

/// What an engine can do. Hosts ask; they never switch on an engine's name. What an engine cannot do
/// it refuses with `unsupported`; nothing is ignored.
struct Capabilities {
    /// Containers live on when the host process ends.
    bool survives_host = false;
    bool builds_images = false;
    bool pulls_images = false;
    /// The engine runs healthchecks by itself, without a caller waiting.
    bool probes_health = false;
    bool networks = false;
    bool volumes = false;
    bool publishes_ports = false;
    bool restart_policies = false;
    bool memory_limits = false;
    bool cpu_limits = false;
    bool pids_limits = false;
};

/// Who is at the other end.
struct EngineVersion {
    /// The engine's own name, for people.
    std::string engine;
    std::string version;
    /// The version of the interface in use, if the engine has such a thing.
    std::string api;
};

} // namespace fairlead
