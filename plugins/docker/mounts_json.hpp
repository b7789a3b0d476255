// SPDX-License-Identifier: MIT
#pragma once

#include <fairlead/container_spec.hpp>

#include "common/json.hpp"
#include "common_names.hpp"

namespace fairlead::docker {

/// Adds the spec's mounts to a creation's `HostConfig`, and those that its secrets and configs need.
///
/// Errors: `unsupported` for a path that the engine's forms cannot express.
[[nodiscard]] Result<void> add_mounts(const ContainerSpec& spec, Json& host);

} // namespace fairlead::docker
