// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <fairlead/container_spec.hpp>

#include "common/call.hpp"
#include "common_names.hpp"
#include "engine.hpp"

namespace fairlead::docker {

/// The engine's named volumes, as far as a project's are concerned. Threads: any number.
class Volumes {
public:
    explicit Volumes(Engine& engine) : engine_(engine) {}

    /// Creates the volume unless it is there.
    ///
    /// Errors: `conflict` for one that the project does not own; `not_found` for an absent external one.
    Result<void> ensure(const Call& call, const std::string& project, const VolumeMount& mount);

    /// See `ContainerRuntime::remove_volumes`.
    Result<void> remove_all(const Call& call, std::string_view project);

private:
    Engine& engine_;
};

} // namespace fairlead::docker
