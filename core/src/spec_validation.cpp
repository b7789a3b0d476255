// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <fairlead/container_spec.hpp>

#include "name_rules.hpp"

namespace fairlead {
namespace {

/// The first rule that is broken: which field, and what the rule is. Empty while none is.
using Broken = std::optional<std::pair<std::string, std::string>>;

bool has_nul(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

bool is_absolute(std::string_view path) {
    return !path.empty() && path.front() == '/';
}

Broken check_names(const ContainerSpec& spec) {
    if (!name_rules::is_project(spec.project)) {
        return {{"project",
                 "lower-case letters, digits, '-' and '_', at most 63, beginning with a letter "
                 "or digit"}};
    }
    if (!name_rules::is_service(spec.service)) {
        return {{"service", "letters, digits, '-', '_' and '.', at most 63, beginning with a letter or "
                            "digit"}};
    }
    if (!name_rules::is_container(container_name(spec))) {
        return {{"container_name", "letters, digits, '-', '_' and '.', 2 to 127, beginning with a letter "
                                   "or digit"}};
    }
    return {};
}

Broken check_image(const ContainerSpec& spec) {
    if (spec.image.empty() && !spec.build) {
        return {{"image", "an image or a build is needed"}};
    }
    const bool odd =
        std::ranges::any_of(spec.image, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
    if (odd || spec.image.starts_with('-')) {
        return {{"image", "no spaces, no control characters, no leading '-'"}};
    }
    if (spec.build && !spec.build->context.is_absolute()) {
        return {{"build.context", "an absolute path"}};
    }
    if (spec.pull_policy == PullPolicy::build && !spec.build) {
        return {{"pull_policy", "'build' needs a build"}};
    }
    return {};
}

Broken check_environment(const ContainerSpec& spec) {
    for (const auto& [key, value] : spec.environment) {
        // A trailing '*' makes one engine import variables of the host.
        if (key.empty() || key.find('=') != std::string::npos || key.find('*') != std::string::npos ||
            has_nul(key)) {
            return {{fmt::format("environment key '{}'", key), "not empty, no '=', no '*', no NUL"}};
        }
        if (has_nul(value)) {
            return {{fmt::format("environment value of '{}'", key), "no NUL"}};
        }
    }
    return {};
}

Broken check_arguments(const ContainerSpec& spec) {
    for (const auto& [field, words] :
         {std::pair{"entrypoint", &spec.entrypoint}, {"command", &spec.command}}) {
        if (*words && std::ranges::any_of(**words, has_nul)) {
            return {{field, "no NUL"}};
        }
    }
    for (const auto& [field, text] : {std::pair{"user", &spec.user},
                                      {"working_dir", &spec.working_dir},
                                      {"hostname", &spec.hostname},
                                      {"stop_signal", &spec.stop_signal}}) {
        if (has_nul(*text) || text->find('\n') != std::string::npos || text->starts_with('-')) {
            return {{field, "no NUL, no newline, no leading '-'"}};
        }
    }
    if (!spec.working_dir.empty() && !is_absolute(spec.working_dir)) {
        return {{"working_dir", "an absolute path"}};
    }
    if (spec.stop_grace_period < std::chrono::milliseconds::zero()) {
        return {{"stop_grace_period", "not negative"}};
    }
    return {};
}

Broken check_mount(const Mount& mount) {
    const std::string& target =
        std::visit([](const auto& any) -> const std::string& { return any.target; }, mount);
    if (!is_absolute(target) || has_nul(target)) {
        return {{fmt::format("mount target '{}'", target), "an absolute path in the container"}};
    }
    if (const auto* bind = std::get_if<BindMount>(&mount)) {
        if (!bind->source.is_absolute() || has_nul(bind->source.native())) {
            return {{fmt::format("mount source '{}'", bind->source.native()),
                     "an absolute path of the host"}};
        }
    }
    if (const auto* volume = std::get_if<VolumeMount>(&mount)) {
        if (!volume->volume.empty() && !name_rules::is_object(volume->volume, 2, 255)) {
            return {{fmt::format("volume '{}'", volume->volume),
                     "letters, digits, '-', '_' and '.', beginning with a letter or digit"}};
        }
    }
    return {};
}

Broken check_mounts(const ContainerSpec& spec) {
    for (const Mount& mount : spec.mounts) {
        if (auto broken = check_mount(mount)) {
            return broken;
        }
    }
    for (const auto* files : {&spec.secrets, &spec.configs}) {
        for (const FileContent& file : *files) {
            if (!is_absolute(file.target) || has_nul(file.target)) {
                return {{fmt::format("target of '{}'", file.name), "an absolute path in the container"}};
            }
        }
    }
    return {};
}

Broken check_network(const ContainerSpec& spec) {
    for (const PortMapping& port : spec.ports) {
        if (port.container_port == 0) {
            return {{"ports", "a container port from 1 to 65535"}};
        }
    }
    if (spec.network_mode != NetworkMode::networks && !spec.networks.empty()) {
        return {{"networks", "either networks or another network mode, not both"}};
    }
    for (const NetworkAttachment& attachment : spec.networks) {
        if (!name_rules::is_network(engine_name(attachment.network))) {
            return {{fmt::format("network '{}'", attachment.network.name),
                     "letters, digits, '-', '_' and '.', 2 to 127, beginning with a letter or digit"}};
        }
    }
    return {};
}

Broken check_limits(const ContainerSpec& spec) {
    const Resources& limits = spec.resources;
    if (limits.cpus && !(*limits.cpus > 0)) {
        return {{"cpus", "more than 0"}};
    }
    for (const Ulimit& ulimit : limits.ulimits) {
        if (ulimit.name.empty() || (ulimit.hard >= 0 && (ulimit.soft > ulimit.hard || ulimit.soft < 0))) {
            return {{fmt::format("ulimit '{}'", ulimit.name), "a name, and soft not above hard"}};
        }
    }
    if (spec.healthcheck) {
        const HealthCheck& check = *spec.healthcheck;
        if (!check.test.empty() && check.test[0] != "CMD" && check.test[0] != "CMD-SHELL") {
            return {{"healthcheck.test", "'CMD' or 'CMD-SHELL' first"}};
        }
        if (check.test.size() == 1) {
            return {{"healthcheck.test", "a command after 'CMD' or 'CMD-SHELL'"}};
        }
        for (const auto& duration :
             {check.interval, check.timeout, check.start_period, check.start_interval}) {
            if (duration && *duration < std::chrono::nanoseconds::zero()) {
                return {{"healthcheck", "no negative duration"}};
            }
        }
    }
    return {};
}

} // namespace

std::string container_name(const ContainerSpec& spec) {
    return spec.container_name.empty() ? spec.project + "." + spec.service : spec.container_name;
}

std::string engine_name(const NetworkSpec& network) {
    return network.engine_name.empty() ? network.project + "." + network.name : network.engine_name;
}

Result<void> validate(const ContainerSpec& spec) {
    for (const auto check : {check_names, check_image, check_environment, check_arguments, check_mounts,
                             check_network, check_limits}) {
        if (auto broken = check(spec)) {
            return fail({.code = Errc::invalid_spec,
                         .operation = "start",
                         .subject = container_name(spec),
                         .message = fmt::format("{}: must be {}", broken->first, broken->second)});
        }
    }
    return {};
}

} // namespace fairlead
