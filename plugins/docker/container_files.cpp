// SPDX-License-Identifier: MIT
#include "container_files.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "tar_writer.hpp"

namespace fairlead::docker {
namespace {

std::string normal(const std::string& path) {
    std::string text = std::filesystem::path(path).lexically_normal().generic_string();
    while (text.size() > 1 && text.ends_with('/')) {
        text.pop_back();
    }
    return text;
}

bool is_within(std::string_view path, std::string_view folder) {
    return folder == "/" || path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

/// What lies innermost over a path: the root when nothing does.
enum class Ground { root, tmpfs, persistent };

Ground ground_of(const ContainerSpec& spec, const std::string& path) {
    Ground ground = Ground::root;
    std::size_t deepest = 0;
    for (const Mount& mount : spec.mounts) {
        const std::string target =
            normal(std::visit([](const auto& any) -> const std::string& { return any.target; }, mount));
        if (is_within(path, target) && target.size() >= deepest) {
            deepest = target.size();
            ground = std::holds_alternative<TmpfsMount>(mount) ? Ground::tmpfs : Ground::persistent;
        }
    }
    return ground;
}

Error unsupported(const ContainerSpec& spec, const FileContent& file, std::string message) {
    return {.code = Errc::unsupported,
            .operation = "start",
            .subject = container_name(spec),
            .message = fmt::format("the target {} of '{}' {}", file.target, file.name, message)};
}

FilePlan::Archive& archive_at(FilePlan& plan, const std::string& folder) {
    const auto found = std::ranges::find(plan.archives, folder, &FilePlan::Archive::folder);
    return found != plan.archives.end() ? *found
                                        : plan.archives.emplace_back(FilePlan::Archive{folder, {}});
}

Result<void> plan_file(const ContainerSpec& spec, const FileContent& file, FilePlan& plan) {
    const std::string target = normal(file.target);
    const std::string folder = std::filesystem::path(target).parent_path().generic_string();
    const Ground ground = ground_of(spec, target);
    if (ground == Ground::persistent) {
        return std::unexpected(unsupported(
            spec, file, "lies in a bind mount or volume, where it would outlive the container"));
    }
    if (ground == Ground::root && !spec.read_only) {
        archive_at(plan, "/").files.push_back(&file);
        return {};
    }
    if (folder == "/") {
        return std::unexpected(
            unsupported(spec, file, "lies directly in a root that cannot be written to"));
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

Result<std::string> pack_files(const FilePlan::Archive& archive) {
    std::string bytes;
    TarWriter tar([&bytes](std::string_view piece) {
        bytes += piece;
        return true;
    });
    const std::size_t skipped = archive.folder == "/" ? 1 : archive.folder.size() + 1;
    bool secrets_folder = false;
    for (const FileContent* file : archive.files) {
        const std::string target = normal(file->target);
        // The engine makes absent folders writable for all; this one, which images do not have, is given.
        if (archive.folder == "/" && target.starts_with("/run/secrets/") && !secrets_folder) {
            secrets_folder = true;
            if (Result<void> added = tar.add_folder("run/secrets/", 0755, {}); !added) {
                return std::unexpected(std::move(added.error()));
            }
        }
        if (Result<void> added = tar.add_file(target.substr(skipped), file->mode,
                                              {.uid = file->uid, .gid = file->gid}, file->content);
            !added) {
            return std::unexpected(std::move(added.error()));
        }
    }
    if (Result<void> finished = tar.finish(); !finished) {
        return std::unexpected(std::move(finished.error()));
    }
    return bytes;
}

} // namespace fairlead::docker
