// SPDX-License-Identifier: MIT
#include "volumes.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <fairlead/labels.hpp>
#include <fairlead/version.hpp>

#include "engine_error.hpp"
#include "outcome.hpp"

namespace fairlead::podman {
namespace {

/// The name in the stack file, which is what follows the project's name in the engine's.
std::string resource_name(const std::string& project, const std::string& volume) {
    const bool prefixed = volume.size() > project.size() + 1 && volume.starts_with(project) &&
                          (volume[project.size()] == '.' || volume[project.size()] == '_');
    return prefixed ? volume.substr(project.size() + 1) : volume;
}

const Json* named(const Json& volumes, const std::string& name) {
    const auto found = std::ranges::find_if(
        volumes, [&name](const Json& each) { return text_of(at(each, {"Name"})) == name; });
    return found == volumes.end() ? nullptr : &*found;
}

Result<void> check_owner(const Call& call, const std::string& project, const Json& volume) {
    if (text_of(at(volume, {"Labels", labels::project})) == project) {
        return {};
    }
    return call.failed(
        Errc::conflict,
        fmt::format("there is a volume of that name which does not belong to project '{}'", project),
        "Declare the volume external if it is to be used as it is.");
}

} // namespace

Result<Json> Volumes::inspect(const Call& call, const std::vector<std::string>& names) {
    std::vector<std::string> arguments = {"volume", "inspect", "--"};
    arguments.insert(arguments.end(), names.begin(), names.end());
    const Result<Finished> finished = engine_.run(call, std::move(arguments));
    if (!finished) {
        return std::unexpected(finished.error());
    }
    if (finished->ending.code != 0) {
        if (Error error = engine_error(call, *finished); error.code != Errc::not_found) {
            return std::unexpected(std::move(error));
        }
    }
    return read_array(call, finished->out);
}

Result<void> Volumes::ensure(const Call& parent, const ContainerSpec& spec, const VolumeMount& mount,
                             const Json& there) {
    const Call call = parent.part("ensure volume", mount.volume);
    if (const Json* found = named(there, mount.volume)) {
        return mount.external ? Result<void>{} : check_owner(call, spec.project, *found);
    }
    if (mount.external) {
        return call.failed(Errc::not_found, "the external volume does not exist",
                           "Create it ('podman volume create'), or do not declare it external.");
    }
    const auto label = [](std::string_view key, std::string_view value) {
        return fmt::format("--label={}={}", key, value);
    };
    const Result<Finished> created =
        engine_.run(call, {"volume", "create", label(labels::project, spec.project),
                           label(labels::resource, resource_name(spec.project, mount.volume)),
                           label(labels::version, FAIRLEAD_VERSION), "--", mount.volume});
    if (!created) {
        return std::unexpected(created.error());
    }
    if (created->ending.code == 0) {
        return {};
    }
    if (!is_already_there(*created)) {
        return std::unexpected(engine_error(call, *created));
    }
    // Another was faster: the same service elsewhere, or a stranger.
    const Result<Json> now = inspect(call, {mount.volume});
    if (!now) {
        return std::unexpected(now.error());
    }
    const Json* found = named(*now, mount.volume);
    return found != nullptr
               ? check_owner(call, spec.project, *found)
               : call.failed(Errc::engine_failed, "it is there for podman and cannot be inspected");
}

Result<void> Volumes::ensure_all(const Call& call, const ContainerSpec& spec) {
    std::vector<const VolumeMount*> mounts;
    std::vector<std::string> names;
    for (const Mount& mount : spec.mounts) {
        if (const auto* volume = std::get_if<VolumeMount>(&mount);
            volume != nullptr && !volume->volume.empty()) {
            mounts.push_back(volume);
            names.push_back(volume->volume);
        }
    }
    if (names.empty()) {
        return {};
    }
    const Result<Json> there = inspect(call, names);
    if (!there) {
        return std::unexpected(there.error());
    }
    for (const VolumeMount* mount : mounts) {
        if (Result<void> ensured = ensure(call, spec, *mount, *there); !ensured) {
            return ensured;
        }
    }
    return {};
}

Result<void> Volumes::remove_all(const Call& parent, std::string_view project) {
    const Result<std::string> names =
        engine_.ask(parent, {"volume", "ls", "--quiet",
                             fmt::format("--filter=label={}={}", labels::project, project)});
    if (!names) {
        return std::unexpected(names.error());
    }
    std::vector<Error> failures;
    for (const std::string& name : lines_of(*names)) {
        const Call call = parent.part("remove volume", name);
        const Result<std::string> removed = engine_.ask(call, {"volume", "rm", "--", name});
        if (removed || removed.error().code == Errc::not_found) {
            continue;
        }
        Error error = removed.error();
        if (error.code == Errc::conflict) {
            error.hint = "Remove the containers that use it first.";
        }
        failures.push_back(std::move(error));
    }
    return all_of_them(std::move(failures));
}

} // namespace fairlead::podman
