// SPDX-License-Identifier: MIT
#include "container_files.hpp"

#include <algorithm>
#include <filesystem>

#include "common/file_targets.hpp"
#include "common_names.hpp"

namespace fairlead::podman {

Result<FilePlan> plan_files(const ContainerSpec& spec) {
    FilePlan plan;
    for (const auto* files : {&spec.secrets, &spec.configs}) {
        for (const FileContent& file : *files) {
            const std::string target = normal_path(file.target);
            const Ground ground = ground_of(spec, target);
            if (ground == Ground::persistent) {
                return std::unexpected(unsupported_target(
                    spec, file, "lies in a bind mount or volume, where it would outlive the container"));
            }
            plan.files.push_back(&file);
            std::string folder = std::filesystem::path(target).parent_path().generic_string();
            if (ground == Ground::tmpfs &&
                std::ranges::find(plan.volumes, folder) == plan.volumes.end()) {
                plan.volumes.push_back(std::move(folder));
            }
        }
    }
    return plan;
}

} // namespace fairlead::podman
