// SPDX-License-Identifier: MIT
#include "container_files.hpp"

#include <algorithm>
#include <filesystem>

#include "common/file_targets.hpp"
#include "common_names.hpp"

namespace fairlead::docker {
namespace {

FilePlan::Archive& archive_at(FilePlan& plan, const std::string& folder) {
    const auto found = std::ranges::find(plan.archives, folder, &FilePlan::Archive::folder);
    return found != plan.archives.end() ? *found
                                        : plan.archives.emplace_back(FilePlan::Archive{folder, {}});
}

Result<void> plan_file(const ContainerSpec& spec, const FileContent& file, FilePlan& plan) {
    const std::string target = normal_path(file.target);
    const std::string folder = std::filesystem::path(target).parent_path().generic_string();
    const Ground ground = ground_of(spec, target);
    if (ground == Ground::persistent) {
        return std::unexpected(unsupported_target(
            spec, file, "lies in a bind mount or volume, where it would outlive the container"));
    }
    if (ground == Ground::root && !spec.read_only) {
        archive_at(plan, "/").files.push_back(&file);
        return {};
    }
    if (folder == "/") {
        return std::unexpected(
            unsupported_target(spec, file, "lies directly in a root that cannot be written to"));
    }
    if (std::ranges::find(plan.volumes, folder) == plan.volumes.end()) {
        plan.volumes.push_back(folder);
    }
    archive_at(plan, folder).files.push_back(&file);
    return {};
}

} // namespace

Result<FilePlan> plan_files(const ContainerSpec& spec) {
    FilePlan plan;
    for (const auto* files : {&spec.secrets, &spec.configs}) {
        for (const FileContent& file : *files) {
            if (Result<void> planned = plan_file(spec, file, plan); !planned) {
                return std::unexpected(std::move(planned.error()));
            }
        }
    }
    return plan;
}

} // namespace fairlead::docker
