// SPDX-License-Identifier: MIT
#include "run_arguments.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <fairlead/container_status.hpp>

#include "common/json.hpp"
#include "common_names.hpp"
#include "mount_arguments.hpp"

namespace fairlead::podman {
namespace {

Error unsupported(const ContainerSpec& spec, std::string_view field, std::string message) {
    return {.code = Errc::unsupported,
            .operation = "start",
            .subject = container_name(spec),
            .message = fmt::format("{}: {}", field, message)};
}

class Arguments {
public:
    void flag(std::string_view name) { words.emplace_back(name); }
    void put(std::string_view name, std::string_view value) {
        words.push_back(fmt::format("{}={}", name, value));
    }
    void put_if(std::string_view name, const std::string& value) {
        if (!value.empty()) {
            put(name, value);
        }
    }
    /// For options that podman splits at commas.
    void put_csv(std::string_view name, std::string_view value) { put(name, csv_word(value)); }
    void put_all(std::string_view name, const std::vector<std::string>& values) {
        for (const std::string& value : values) {
            put_csv(name, value);
        }
    }

    std::vector<std::string> words;
};

void add_identity(const ContainerSpec& spec, const RunContext& context, Arguments& out) {
    out.put("--name", container_name(spec));
    switch (context.pull) {
    case PullPolicy::missing:
        out.put("--pull", "missing");
        break;
    case PullPolicy::always:
        out.put("--pull", "always");
        break;
    case PullPolicy::never:
    case PullPolicy::build:
        out.put("--pull", "never");
        break;
    }
    for (const auto& [key, value] : spec.labels) {
        out.put("--label", fmt::format("{}={}", key, value));
    }
    out.put("--label", fmt::format("{}={}", start_label, context.start));
    for (const auto& [key, value] : spec.annotations) {
        out.put_csv("--annotation", fmt::format("{}={}", key, value));
    }
    if (!context.environment.file.empty()) {
        out.put("--env-file", "/dev/stdin");
    }
    for (const std::string& name : context.environment.inherited) {
        out.put("--env", name);
    }
    // Whatever the user's default is: this one keeps both streams apart and every byte.
    out.put("--log-driver", "k8s-file");
    out.put("--http-proxy", "false");
}

void add_process(const ContainerSpec& spec, Arguments& out) {
    out.put_if("--user", spec.user);
    out.put_if("--workdir", spec.working_dir);
    out.put_if("--hostname", spec.hostname);
    out.put_if("--stop-signal", spec.stop_signal);
    out.put("--stop-timeout",
            fmt::format("{}", std::chrono::ceil<std::chrono::seconds>(spec.stop_grace_period).count()));
    for (const auto& [flag, on] : {std::pair{"--init", spec.init},
                                   {"--read-only", spec.read_only},
                                   {"--tty", spec.tty},
                                   {"--interactive", spec.stdin_open},
                                   {"--privileged", spec.privileged}}) {
        if (on) {
            out.flag(flag);
        }
    }
    if (spec.read_only) {
        // Otherwise /tmp and /run can be written to all the same.
        out.put("--read-only-tmpfs", "false");
    }
    switch (spec.restart.mode) {
    case RestartMode::no:
        break;
    case RestartMode::always:
        out.put("--restart", "always");
        break;
    case RestartMode::unless_stopped:
        out.put("--restart", "unless-stopped");
        break;
    case RestartMode::on_failure:
        out.put("--restart", spec.restart.max_retries > 0
                                 ? fmt::format("on-failure:{}", spec.restart.max_retries)
                                 : "on-failure");
        break;
    }
}

void add_security(const ContainerSpec& spec, Arguments& out) {
    out.put_all("--cap-add", spec.cap_add);
    out.put_all("--cap-drop", spec.cap_drop);
    out.put_all("--group-add", spec.group_add);
    for (const std::string& option : spec.security_opt) {
        out.put("--security-opt", option);
    }
    for (const DeviceMapping& device : spec.devices) {
        out.put_csv("--device",
                    fmt::format("{}:{}:{}", device.host_path, device.container_path, device.permissions));
    }
    for (const auto& [key, value] : spec.sysctls) {
        out.put_csv("--sysctl", fmt::format("{}={}", key, value));
    }
}

/// The limit that an engine without any would ignore; empty: none.
std::string_view needed_limit(const Resources& limits) {
    if (limits.memory || limits.memory_swap || limits.memory_reservation) {
        return "mem_limit";
    }
    if (limits.cpus) {
        return "cpus";
    }
    return limits.pids ? "pids_limit" : std::string_view{};
}

void add_limits(const Resources& limits, Arguments& out) {
    const auto put = [&out](std::string_view name, const auto& value, std::string_view unit = "") {
        if (value) {
            out.put(name, fmt::format("{}{}", *value, unit));
        }
    };
    put("--memory", limits.memory, "b");
    if (limits.memory_swap) {
        out.put("--memory-swap",
                *limits.memory_swap < 0 ? "-1" : fmt::format("{}b", *limits.memory_swap));
    }
    put("--memory-reservation", limits.memory_reservation, "b");
    put("--cpus", limits.cpus);
    put("--pids-limit", limits.pids);
    put("--shm-size", limits.shm_size, "b");
    for (const Ulimit& ulimit : limits.ulimits) {
        out.put("--ulimit", fmt::format("{}={}:{}", ulimit.name, ulimit.soft, ulimit.hard));
    }
}

Result<void> add_networking(const ContainerSpec& spec, Arguments& out) {
    switch (spec.network_mode) {
    case NetworkMode::none:
        out.put("--network", "none");
        break;
    case NetworkMode::host:
        out.put("--network", "host");
        break;
    case NetworkMode::bridge:
        out.put("--network", "bridge");
        break;
    case NetworkMode::networks:
        for (const NetworkAttachment& attachment : attachments(spec)) {
            std::string text = fmt::format("{}:alias={}", engine_name(attachment.network), spec.service);
            for (const std::string& alias : attachment.aliases) {
                if (alias.empty() || alias.find_first_of(",=\" \n") != std::string::npos) {
                    return std::unexpected(unsupported(spec, "networks.aliases",
                                                       fmt::format("'{}' is no host name", alias)));
                }
                if (alias != spec.service) {
                    text += ",alias=" + alias;
                }
            }
            out.put("--network", text);
        }
        break;
    }
    for (const PortMapping& port : spec.ports) {
        const bool v6 = port.host_ip.find(':') != std::string::npos && !port.host_ip.starts_with('[');
        out.put("--publish",
                fmt::format("{}:{}:{}/{}", v6 ? fmt::format("[{}]", port.host_ip) : port.host_ip,
                            port.host_port == 0 ? std::string{} : fmt::format("{}", port.host_port),
                            port.container_port, to_string(port.protocol)));
    }
    out.put_all("--expose", spec.expose);
    for (const auto& [name, address] : spec.extra_hosts) {
        out.put_csv("--add-host", fmt::format("{}:{}", name, address));
    }
    out.put_all("--dns", spec.dns);
    return {};
}

/// The check as podman's option takes it. A list that does not begin with a keyword is a command line; of
/// a list of one word, podman makes a shell's line, so such a command is written as a text.
Result<std::string> health_option(const ContainerSpec& spec, const std::vector<std::string>& test) {
    if (test[0] == "CMD-SHELL") {
        return json_text(Json(test));
    }
    const std::vector<std::string> words(test.begin() + 1, test.end());
    if (words.size() > 1 && words[0] != "CMD" && words[0] != "CMD-SHELL" && words[0] != "NONE") {
        return json_text(Json(words));
    }
    const bool plain = std::ranges::none_of(words, [](const std::string& word) {
        return word.empty() || word.find_first_of(" \t\r\n\v\f") != std::string::npos;
    });
    if (!plain) {
        return std::unexpected(unsupported(
            spec, "healthcheck.test", "podman cannot be given a command of one word with a space in it"));
    }
    return fmt::format("CMD {}", fmt::join(words, " "));
}

Result<void> add_healthcheck(const ContainerSpec& spec, const ImageFacts& image, Arguments& out) {
    if (!spec.healthcheck) {
        return {};
    }
    if (spec.healthcheck->disabled) {
        out.flag("--no-healthcheck");
        return {};
    }
    if (spec.healthcheck->start_interval) {
        return std::unexpected(
            unsupported(spec, "healthcheck.start_interval", "podman has no such interval"));
    }
    HealthCheck check = *spec.healthcheck;
    if (check.test.empty()) {
        if (!image.healthcheck) {
            return {};
        }
        const HealthCheck& given = *image.healthcheck;
        check.test = given.test;
        check.interval = check.interval ? check.interval : given.interval;
        check.timeout = check.timeout ? check.timeout : given.timeout;
        check.start_period = check.start_period ? check.start_period : given.start_period;
        check.retries = check.retries ? check.retries : given.retries;
    }
    Result<std::string> command = health_option(spec, check.test);
    if (!command) {
        return std::unexpected(std::move(command.error()));
    }
    out.put("--health-cmd", *command);
    const auto put = [&out](std::string_view name,
                            const std::optional<std::chrono::nanoseconds>& duration) {
        // 0 means the default.
        if (duration && duration->count() > 0) {
            out.put(name, fmt::format("{}ns", duration->count()));
        }
    };
    put("--health-interval", check.interval);
    put("--health-timeout", check.timeout);
    put("--health-start-period", check.start_period);
    if (check.retries && *check.retries > 0) {
        out.put("--health-retries", fmt::format("{}", *check.retries));
    }
    return {};
}

void add_command(const ContainerSpec& spec, const RunContext& context, Arguments& out) {
    const auto put_entrypoint = [&out](const std::vector<std::string>& words) {
        out.put("--entrypoint", words.empty() ? std::string{} : json_text(Json(words)));
    };
    if (spec.entrypoint) {
        put_entrypoint(*spec.entrypoint);
    } else if (spec.command && spec.command->empty()) {
        // An entrypoint that is given drops the image's command, even if it is the image's own.
        put_entrypoint(context.facts.entrypoint);
    }
    out.flag("--");
    out.flag(context.image);
    if (spec.command) {
        out.words.insert(out.words.end(), spec.command->begin(), spec.command->end());
    }
}

} // namespace

std::string csv_word(std::string_view word) {
    if (word.find_first_of(",\"\r\n") == std::string_view::npos && !word.empty() && word.front() != ' ') {
        return std::string(word);
    }
    std::string quoted = "\"";
    for (const char c : word) {
        quoted += c;
        if (c == '"') {
            quoted += c;
        }
    }
    return quoted + '"';
}

bool needs_image_facts(const ContainerSpec& spec) {
    const bool clears_command = spec.command && spec.command->empty() && !spec.entrypoint;
    const bool changes_check =
        spec.healthcheck && !spec.healthcheck->disabled && spec.healthcheck->test.empty();
    return clears_command || changes_check;
}

std::string image_name(const ContainerSpec& spec) {
    if (!spec.image.empty()) {
        return spec.image;
    }
    // Repositories are lower-case. The prefix keeps podman from looking for it in registries.
    std::string name = fmt::format("localhost/{}-{}", spec.project, spec.service);
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return name;
}

std::vector<NetworkAttachment> attachments(const ContainerSpec& spec) {
    if (!spec.networks.empty()) {
        return spec.networks;
    }
    return {NetworkAttachment{.network = {.project = spec.project}, .aliases = {}}};
}

Result<std::vector<std::string>> run_arguments(const ContainerSpec& spec, const RunContext& context) {
    Arguments out;
    add_identity(spec, context, out);
    add_process(spec, out);
    add_security(spec, out);
    if (const auto field = needed_limit(spec.resources); !context.limits_resources && !field.empty()) {
        return std::unexpected(unsupported(
            spec, field, "without root podman limits nothing on a machine with cgroup version 1"));
    }
    add_limits(spec.resources, out);
    if (Result<void> added = add_networking(spec, out); !added) {
        return std::unexpected(std::move(added.error()));
    }
    if (Result<void> added = add_mounts(spec, out.words); !added) {
        return std::unexpected(std::move(added.error()));
    }
    for (const std::string& folder : context.volumes) {
        out.put("--mount", "type=volume," + csv_word("target=" + folder));
    }
    if (Result<void> added = add_healthcheck(spec, context.facts, out); !added) {
        return std::unexpected(std::move(added.error()));
    }
    add_command(spec, context, out);
    return std::move(out.words);
}

} // namespace fairlead::podman
