// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <fairlead/container_spec.hpp>

namespace fairlead::docker {

/// How a container's secrets and configs get into it between its creation and its start.
///
/// They are copied in as an archive. A read-only root and a tmpfs do not take one (the tmpfs is mounted
/// later, and empty), so there the folder becomes an anonymous volume, which goes with the container.
struct FilePlan {
    /// Folders that need an anonymous volume.
    std::vector<std::string> volumes;

    struct Archive {
        /// The folder in the container that it is unpacked in.
        std::string folder;
        std::vector<const FileContent*> files;
    };
    /// One for each folder. They point into the spec.
    std::vector<Archive> archives;
};

/// Errors: `unsupported` for a target that lies in a bind mount or a volume of the spec: copying would
/// write the content to where it outlives the container.
[[nodiscard]] Result<FilePlan> plan_files(const ContainerSpec& spec);

} // namespace fairlead::docker
