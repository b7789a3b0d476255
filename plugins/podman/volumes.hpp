// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <fairlead/container_spec.hpp>

#include "engine.hpp"

namespace fairlead::podman {

/// Podman's named volumes, as far as a project's are concerned. Threads: any number.
class Volumes {
public:
    explicit Volumes(Engine& engine) : engine_(engine) {}

    /// Creates the spec's named volumes unless they are there.
    ///
    /// Errors: `conflict` for one that the project does not own; `not_found` for an absent external one.
    Result<void> ensure_all(const Call& call, const ContainerSpec& spec);

    /// See `ContainerRuntime::remove_volumes`.
    Result<void> remove_all(const Call& call, std::string_view project);

private:
    Result<Json> inspect(const Call& call, const std::vector<std::string>& names);
    Result<void> ensure(const Call& call, const ContainerSpec& spec, const VolumeMount& mount,
                        const Json& there);

    Engine& engine_;
};

} // namespace fairlead::podman
