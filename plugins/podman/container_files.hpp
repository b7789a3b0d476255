// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <fairlead/container_spec.hpp>

namespace fairlead::podman {

/// How a container's secrets and configs get into it between its creation and its start: `podman cp`
/// unpacks an archive that it reads from a pipe, so they are never on a disk of ours and go with the
/// container.
struct FilePlan {
    /// Folders on a tmpfs, which would hide what was copied: they become anonymous volumes.
    std::vector<std::string> volumes;
    /// They point into the spec.
    std::vector<const FileContent*> files;
};

/// Errors: `unsupported` for a target that lies in a bind mount or a volume of the spec: copying would
/// write the content to where it outlives the container.
[[nodiscard]] Result<FilePlan> plan_files(const ContainerSpec& spec);

} // namespace fairlead::podman
