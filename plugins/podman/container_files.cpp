// SPDX-License-Identifier: MIT
#include "container_files.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <new>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

namespace fairlead::podman {
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

Error unsupported(const ContainerSpec& spec, const FileContent& file, std::string_view message) {
    return {.code = Errc::unsupported,
            .operation = "start",
            .subject = container_name(spec),
            .message = fmt::format("the target {} of '{}' {}", file.target, file.name, message)};
}

using Entry = std::unique_ptr<archive_entry, void (*)(archive_entry*)>;

bool write_entry(archive* tar, const std::string& name, mode_t type, const FileContent& file) {
    const Entry entry(archive_entry_new(), &archive_entry_free);
    if (!entry) {
        throw std::bad_alloc();
    }
    const bool is_file = type == AE_IFREG;
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), type);
    archive_entry_set_perm(entry.get(), is_file ? file.mode : 0755);
    archive_entry_set_uid(entry.get(), is_file ? file.uid : 0);
    archive_entry_set_gid(entry.get(), is_file ? file.gid : 0);
    archive_entry_set_mtime(entry.get(), 0, 0);
    if (is_file) {
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
    }
    return archive_write_header(tar, entry.get()) >= ARCHIVE_WARN &&
           (!is_file || archive_write_data(tar, file.content.data(), file.content.size()) >= 0);
}

la_ssize_t append(archive*, void* bytes, const void* data, std::size_t size) {
    static_cast<std::string*>(bytes)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
}

} // namespace

Result<FilePlan> plan_files(const ContainerSpec& spec) {
    FilePlan plan;
    for (const auto* files : {&spec.secrets, &spec.configs}) {
        for (const FileContent& file : *files) {
            const std::string target = normal(file.target);
            const Ground ground = ground_of(spec, target);
            if (ground == Ground::persistent) {
                return std::unexpected(unsupported(
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

Result<std::string> pack_files(const std::vector<const FileContent*>& files) {
    std::string bytes;
    const std::unique_ptr<archive, int (*)(archive*)> tar(archive_write_new(), &archive_write_free);
    if (!tar) {
        throw std::bad_alloc();
    }
    archive_write_set_format_pax_restricted(tar.get());
    archive_write_set_bytes_in_last_block(tar.get(), 1);
    archive_write_open(tar.get(), &bytes, nullptr, &append, nullptr);
    bool written = true;
    // The folder that secrets have to themselves; others are made by podman.
    const bool secrets = std::ranges::any_of(
        files, [](const FileContent* file) { return normal(file->target).starts_with("/run/secrets/"); });
    if (secrets) {
        written = write_entry(tar.get(), "run/secrets/", AE_IFDIR, *files.front());
    }
    for (const FileContent* file : files) {
        written = written && write_entry(tar.get(), normal(file->target).substr(1), AE_IFREG, *file);
    }
    if (!written || archive_write_close(tar.get()) != ARCHIVE_OK) {
        return fail({.code = Errc::internal,
                     .operation = "pack",
                     .subject = "secrets and configs",
                     .message = "the archive cannot be written"});
    }
    return bytes;
}

} // namespace fairlead::podman
