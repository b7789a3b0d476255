// SPDX-License-Identifier: MIT
#include "mount_arguments.hpp"

#include <fmt/format.h>

#include "run_arguments.hpp"

namespace fairlead::podman {
namespace {

Error unsupported(const ContainerSpec& spec, std::string_view field, std::string message) {
    return {.code = Errc::unsupported,
            .operation = "start",
            .subject = container_name(spec),
            .message = fmt::format("{}: {}", field, message)};
}

/// A mount in the long form, which any path can be written in.
class MountOption {
public:
    explicit MountOption(std::string_view type) : text_(fmt::format("type={}", type)) {}

    void put(std::string_view key, std::string_view value) {
        text_ += "," + csv_word(fmt::format("{}={}", key, value));
    }
    // Never "ro=false", which 4.3 takes for read-only.
    void flag(std::string_view name) { text_ += fmt::format(",{}", name); }

    void append_to(std::vector<std::string>& arguments) && {
        arguments.emplace_back("--mount");
        arguments.push_back(std::move(text_));
    }

private:
    std::string text_;
};

Result<void> add_volume(const ContainerSpec& spec, const VolumeMount& mount,
                        std::vector<std::string>& arguments) {
    if (mount.no_copy) {
        // The long form cannot say it.
        if (mount.volume.empty() || mount.target.find(':') != std::string::npos) {
            return std::unexpected(unsupported(
                spec, "volumes.nocopy",
                fmt::format("podman has it for named volumes and targets without a colon, not for '{}'",
                            mount.target)));
        }
        arguments.emplace_back("--volume");
        arguments.push_back(
            fmt::format("{}:{}:{},nocopy", mount.volume, mount.target, mount.read_only ? "ro" : "rw"));
        return {};
    }
    MountOption option("volume");
    if (!mount.volume.empty()) {
        option.put("source", mount.volume);
    }
    option.put("target", mount.target);
    if (mount.read_only) {
        option.flag("ro");
    }
    std::move(option).append_to(arguments);
    return {};
}

Result<void> add_bind(const ContainerSpec& spec, const BindMount& mount,
                      std::vector<std::string>& arguments) {
    MountOption option("bind");
    option.put("source", mount.source.native());
    option.put("target", mount.target);
    if (mount.read_only) {
        option.flag("ro");
    }
    if (!mount.propagation.empty()) {
        option.put("bind-propagation", mount.propagation);
    }
    if (mount.selinux == "z" || mount.selinux == "Z") {
        option.put("relabel", mount.selinux == "z" ? "shared" : "private");
    } else if (!mount.selinux.empty()) {
        return std::unexpected(
            unsupported(spec, "volumes.selinux", fmt::format("'{}' is neither z nor Z", mount.selinux)));
    }
    std::move(option).append_to(arguments);
    return {};
}

Result<void> add_tmpfs(const ContainerSpec& spec, const TmpfsMount& mount,
                       std::vector<std::string>& arguments) {
    if (mount.uid || mount.gid) {
        return std::unexpected(unsupported(spec, mount.uid ? "tmpfs.uid" : "tmpfs.gid",
                                           "podman mounts every tmpfs as root; set its mode instead"));
    }
    MountOption option("tmpfs");
    option.put("target", mount.target);
    if (mount.size) {
        option.put("tmpfs-size", fmt::format("{}", *mount.size));
    }
    if (mount.mode) {
        option.put("tmpfs-mode", fmt::format("{:04o}", *mount.mode));
    }
    // Otherwise podman fills it with what the image has there.
    option.flag("notmpcopyup");
    std::move(option).append_to(arguments);
    return {};
}

} // namespace

Result<void> add_mounts(const ContainerSpec& spec, std::vector<std::string>& arguments) {
    for (const Mount& mount : spec.mounts) {
        Result<void> added;
        if (const auto* volume = std::get_if<VolumeMount>(&mount)) {
            added = add_volume(spec, *volume, arguments);
        } else if (const auto* bind = std::get_if<BindMount>(&mount)) {
            added = add_bind(spec, *bind, arguments);
        } else {
            added = add_tmpfs(spec, std::get<TmpfsMount>(mount), arguments);
        }
        if (!added) {
            return added;
        }
    }
    return {};
}

} // namespace fairlead::podman
