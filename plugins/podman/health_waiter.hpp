// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

#include "cleaner.hpp"
#include "common/health_memory.hpp"
#include "common_names.hpp"
#include "containers.hpp"
#include "health_probe.hpp"

namespace fairlead::podman {

/// Waits for containers to become healthy. Threads: any number.
class HealthWaiter {
public:
    HealthWaiter(Engine& engine, Containers& containers, HealthProbe& probe, HealthMemory& memory,
                 Cleaner& cleaner)
        : engine_(engine), containers_(containers), probe_(probe), memory_(memory), cleaner_(cleaner) {}

    /// See `ContainerRuntime::wait_healthy`.
    Result<void> wait(const Call& call, const std::string& id, std::chrono::milliseconds timeout);

private:
    struct Wait;

    /// True once it is healthy, or running without a check; false while it is worth waiting.
    Result<bool> look(Wait& wait);
    Result<bool> probe_once(Wait& wait);
    Result<void> wait_eagerly(Wait& wait);
    Result<void> wait_for_engine(Wait& wait);
    Error exited(Wait& wait);
    Error too_late(const Wait& wait);

    Engine& engine_;
    Containers& containers_;
    HealthProbe& probe_;
    HealthMemory& memory_;
    Cleaner& cleaner_;
};

} // namespace fairlead::podman
