// SPDX-License-Identifier: MIT
#include "mounts_json.hpp"

#include <fmt/format.h>

#include "container_files.hpp"

namespace fairlead::docker {
namespace {

Error unsupported(const ContainerSpec& spec, std::string message) {
    return {.code = Errc::unsupported,
            .operation = "start",
            .subject = container_name(spec),
            .message = fmt::format("volumes: {}", message)};
}

void add_volume(const VolumeMount& mount, Json& host) {
    Json json = {{"Type", "volume"}, {"Target", mount.target}, {"ReadOnly", mount.read_only}};
    if (!mount.volume.empty()) {
        json["Source"] = mount.volume;
    }
    if (mount.no_copy) {
        json["VolumeOptions"] = {{"NoCopy", true}};
    }
    host["Mounts"].push_back(std::move(json));
}

/// The short form alone creates an absent source and relabels, in every version of the interface; it has
/// no way to write a colon.
Result<void> add_bind(const ContainerSpec& spec, const BindMount& mount, Json& host) {
    if (!mount.create_host_path && mount.selinux.empty()) {
        Json json = {{"Type", "bind"},
                     {"Source", mount.source.native()},
                     {"Target", mount.target},
                     {"ReadOnly", mount.read_only}};
        if (!mount.propagation.empty()) {
            json["BindOptions"] = {{"Propagation", mount.propagation}};
        }
        host["Mounts"].push_back(std::move(json));
        return {};
    }
    for (const std::string& path : {mount.source.native(), mount.target}) {
        if (path.find(':') != std::string::npos) {
            return std::unexpected(unsupported(
                spec,
                fmt::format("'{}' has a colon, which goes with neither create_host_path nor z/Z", path)));
        }
    }
    std::string text =
        fmt::format("{}:{}:{}", mount.source.native(), mount.target, mount.read_only ? "ro" : "rw");
    for (const std::string& option : {mount.propagation, mount.selinux}) {
        if (!option.empty()) {
            text += "," + option;
        }
    }
    host["Binds"].push_back(std::move(text));
    return {};
}

void add_tmpfs(const TmpfsMount& mount, Json& host) {
    std::string options;
    const auto put = [&options](std::string option) {
        options += options.empty() ? option : "," + option;
    };
    if (mount.size) {
        put(fmt::format("size={}", *mount.size));
    }
    if (mount.mode) {
        put(fmt::format("mode={:o}", *mount.mode));
    }
    if (mount.uid) {
        put(fmt::format("uid={}", *mount.uid));
    }
    if (mount.gid) {
        put(fmt::format("gid={}", *mount.gid));
    }
    host["Tmpfs"][mount.target] = options;
}

} // namespace

Result<void> add_mounts(const ContainerSpec& spec, Json& host) {
    for (const Mount& mount : spec.mounts) {
        if (const auto* volume = std::get_if<VolumeMount>(&mount)) {
            add_volume(*volume, host);
        } else if (const auto* tmpfs = std::get_if<TmpfsMount>(&mount)) {
            add_tmpfs(*tmpfs, host);
        } else if (Result<void> bind = add_bind(spec, std::get<BindMount>(mount), host); !bind) {
            return bind;
        }
    }
    const Result<FilePlan> plan = plan_files(spec);
    if (!plan) {
        return std::unexpected(plan.error());
    }
    for (const std::string& folder : plan->volumes) {
        host["Mounts"].push_back({{"Type", "volume"}, {"Target", folder}});
    }
    return {};
}

} // namespace fairlead::docker
