// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "common/turnstile.hpp"
#include "common_names.hpp"
#include "containers.hpp"

namespace fairlead::podman {

/// Runs containers' own checks, a few at once over the whole runtime: each costs the engine real work.
/// Threads: any number.
class HealthProbe {
public:
    explicit HealthProbe(Engine& engine) : engine_(engine) {}

    struct Finding {
        bool passed = false;
        /// The check itself could not be run: the container may have ended.
        bool not_run = false;
        std::string output;
    };

    /// Runs the check as podman would, without podman's noticing: checks that fail in quick succession
    /// while a container comes up would otherwise make it unhealthy for everybody.
    /// A check that is still running at the deadline has not passed.
    Result<Finding> look(const Call& call, const Inspection& container, Clock::time_point deadline);

    /// Has podman run the check and record what it finds, as its own timer does.
    Result<void> record(const Call& call, const std::string& id);

private:
    Engine& engine_;
    Turnstile few_{4};
};

} // namespace fairlead::podman
