// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <fairlead/container_spec.hpp>
#include <fairlead/runtime.hpp>

#include "common/call.hpp"
#include "common_names.hpp"
#include "engine.hpp"
#include "registry_auth.hpp"

namespace fairlead::docker {

/// Gets images. Threads: any number.
class Images {
public:
    Images(Engine& engine, RegistryAuth auth) : engine_(engine), auth_(std::move(auth)) {}

    /// Effect: pulls the image from its registry, reporting on the way.
    /// Errors: `image_unavailable`.
    Result<void> pull(const Call& call, const std::string& image, const StartObserver& observer);

    /// Effect: builds the image and names it `image`, passing the build's output on.
    /// Errors: `build_failed`, with the last of the output.
    Result<void> build(const Call& call, const BuildSpec& spec, const std::string& image,
                       const StartObserver& observer);

    /// What the image runs by itself.
    /// Errors: `not_found`.
    Result<std::vector<std::string>> entrypoint(const Call& call, const std::string& image);

private:
    Engine& engine_;
    const RegistryAuth auth_;
};

} // namespace fairlead::docker
