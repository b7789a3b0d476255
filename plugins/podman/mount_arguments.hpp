// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <fairlead/container_spec.hpp>

namespace fairlead::podman {

/// Appends the spec's mounts as options of `podman run`.
///
/// Errors: `unsupported` for what podman has no way to say.
[[nodiscard]] Result<void> add_mounts(const ContainerSpec& spec, std::vector<std::string>& arguments);

} // namespace fairlead::podman
