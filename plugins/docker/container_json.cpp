// SPDX-License-Identifier: MIT
#include "container_json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include <fairlead/container_status.hpp>

#include "container_files.hpp"
#include "mounts_json.hpp"

namespace fairlead::docker {
namespace {

constexpr double nano = 1e9;

Error unsupported(const ContainerSpec& spec, std::string_view field, std::string message) {
    return {.code = Errc::unsupported,
            .operation = "start",
            .subject = container_name(spec),
            .message = fmt::format("{}: {}", field, message)};
}

Result<Json> health_json(const ContainerSpec& spec, ApiVersion api) {
    const HealthCheck& check = *spec.healthcheck;
    if (check.disabled) {
        return Json{{"Test", {"NONE"}}};
    }
    // 0 or absent takes the image's value.
    Json json = Json::object();
    if (!check.test.empty()) {
        json["Test"] = check.test;
    }
    const auto put = [&json](const char* key, const std::optional<std::chrono::nanoseconds>& duration) {
        if (duration) {
            json[key] = duration->count();
        }
    };
    put("Interval", check.interval);
    put("Timeout", check.timeout);
    put("StartPeriod", check.start_period);
    if (check.start_interval) {
        if (api < ApiVersion{1, 44}) {
            return std::unexpected(unsupported(
                spec, "healthcheck.start_interval",
                fmt::format("it needs API 1.44 (Docker 25); the engine speaks {}", to_string(api))));
        }
        put("StartInterval", check.start_interval);
    }
    if (check.retries) {
        json["Retries"] = *check.retries;
    }
    return json;
}

std::string port_key(std::uint16_t port, Protocol protocol) {
    return fmt::format("{}/{}", port, to_string(protocol));
}

/// `80`, `53/udp`, `3000-3005/tcp`: one key for each port.
Result<void> add_exposed(const ContainerSpec& spec, Json& ports) {
    for (const std::string& text : spec.expose) {
        const std::string_view all = text;
        const auto slash = all.find('/');
        const std::string_view protocol = slash == std::string_view::npos ? "tcp" : all.substr(slash + 1);
        const std::string_view range = all.substr(0, slash);
        const auto dash = range.find('-');
        const auto number = [](std::string_view digits) {
            std::uint16_t value = 0;
            const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
            return read.ec == std::errc{} && read.ptr == digits.data() + digits.size() ? value
                                                                                       : std::uint16_t{0};
        };
        const std::uint16_t first = number(range.substr(0, dash));
        const std::uint16_t last =
            dash == std::string_view::npos ? first : number(range.substr(dash + 1));
        if (first == 0 || last < first) {
            return std::unexpected(
                unsupported(spec, "expose", fmt::format("'{}' is not a port or a range", text)));
        }
        for (std::uint32_t port = first; port <= last; ++port) {
            ports[fmt::format("{}/{}", port, protocol)] = Json::object();
        }
    }
    return {};
}

void add_limits(const Resources& limits, Json& host) {
    const auto put = [&host](const char* key, const auto& value) {
        if (value) {
            host[key] = *value;
        }
    };
    put("Memory", limits.memory);
    put("MemorySwap", limits.memory_swap);
    put("MemoryReservation", limits.memory_reservation);
    put("PidsLimit", limits.pids);
    put("ShmSize", limits.shm_size);
    if (limits.cpus) {
        host["NanoCpus"] = std::llround(*limits.cpus * nano);
    }
    for (const Ulimit& ulimit : limits.ulimits) {
        host["Ulimits"].push_back({{"Name", ulimit.name}, {"Soft", ulimit.soft}, {"Hard", ulimit.hard}});
    }
}

Json restart_json(const RestartPolicy& policy) {
    switch (policy.mode) {
    case RestartMode::no:
        break;
    case RestartMode::always:
        return {{"Name", "always"}};
    case RestartMode::on_failure:
        return {{"Name", "on-failure"}, {"MaximumRetryCount", policy.max_retries}};
    case RestartMode::unless_stopped:
        return {{"Name", "unless-stopped"}};
    }
    return {{"Name", "no"}};
}

std::string network_mode(const ContainerSpec& spec) {
    switch (spec.network_mode) {
    case NetworkMode::networks:
        break;
    case NetworkMode::none:
        return "none";
    case NetworkMode::host:
        return "host";
    case NetworkMode::bridge:
        return "bridge";
    }
    return engine_name(attachments(spec).front().network);
}

Result<Json> host_json(const ContainerSpec& spec, ApiVersion api) {
    Json host = {{"NetworkMode", network_mode(spec)}, {"RestartPolicy", restart_json(spec.restart)}};
    const auto put = [&host](const char* key, const std::vector<std::string>& list) {
        if (!list.empty()) {
            host[key] = list;
        }
    };
    put("CapAdd", spec.cap_add);
    put("CapDrop", spec.cap_drop);
    put("SecurityOpt", spec.security_opt);
    put("GroupAdd", spec.group_add);
    put("Dns", spec.dns);
    if (!spec.sysctls.empty()) {
        host["Sysctls"] = spec.sysctls;
    }
    for (const auto& [name, address] : spec.extra_hosts) {
        host["ExtraHosts"].push_back(fmt::format("{}:{}", name, address));
    }
    for (const DeviceMapping& device : spec.devices) {
        host["Devices"].push_back({{"PathOnHost", device.host_path},
                                   {"PathInContainer", device.container_path},
                                   {"CgroupPermissions", device.permissions}});
    }
    host["Privileged"] = spec.privileged;
    host["ReadonlyRootfs"] = spec.read_only;
    if (spec.init) {
        host["Init"] = true;
    }
    if (!spec.annotations.empty()) {
        if (api < ApiVersion{1, 43}) {
            return std::unexpected(unsupported(
                spec, "annotations",
                fmt::format("they need API 1.43 (Docker 24); the engine speaks {}", to_string(api))));
        }
        host["Annotations"] = spec.annotations;
    }
    for (const PortMapping& port : spec.ports) {
        host["PortBindings"][port_key(port.container_port, port.protocol)].push_back(
            {{"HostIp", port.host_ip},
             {"HostPort", port.host_port == 0 ? std::string{} : fmt::format("{}", port.host_port)}});
    }
    add_limits(spec.resources, host);
    if (Result<void> mounts = add_mounts(spec, host); !mounts) {
        return std::unexpected(std::move(mounts.error()));
    }
    return host;
}

/// Where the image's command and entrypoint are to be kept, replaced or cleared.
void add_command(const ContainerSpec& spec, const CreateContext& context, Json& body) {
    // An empty list would take the image's; a list of one empty word is the engine's form of "none".
    const std::vector<std::string> none = {""};
    if (spec.entrypoint) {
        body["Entrypoint"] = spec.entrypoint->empty() ? none : *spec.entrypoint;
    } else if (context.image_entrypoint) {
        body["Entrypoint"] = context.image_entrypoint->empty() ? none : *context.image_entrypoint;
    }
    if (spec.command && !spec.command->empty()) {
        body["Cmd"] = *spec.command;
    }
}

/// The path of the first string that JSON cannot carry unchanged.
std::optional<std::string> not_utf8(const Json& json, const std::string& path) {
    const auto broken = [](const std::string& text) {
        try {
            static_cast<void>(Json(text).dump());
            return false;
        } catch (const Json::type_error&) {
            return true;
        }
    };
    if (json.is_string()) {
        return broken(json.get_ref<const std::string&>()) ? std::optional(path) : std::nullopt;
    }
    if (json.is_object()) {
        for (const auto& [key, value] : json.items()) {
            if (auto found = broken(key) ? std::optional(path)
                                         : not_utf8(value, path.empty() ? key : path + "." + key)) {
                return found;
            }
        }
    } else if (json.is_array()) {
        for (const Json& value : json) {
            if (auto found = not_utf8(value, path)) {
                return found;
            }
        }
    }
    return std::nullopt;
}

Json networking_json(const ContainerSpec& spec) {
    const NetworkAttachment first = attachments(spec).front();
    return {{"EndpointsConfig", {{engine_name(first.network), {{"Aliases", aliases(spec, first)}}}}}};
}

Json config_json(const ContainerSpec& spec, const CreateContext& context) {
    Json body = {
        {"Image", context.image},
        {"Labels", spec.labels},
        {"Tty", spec.tty},
        {"OpenStdin", spec.stdin_open},
        {"StopTimeout", std::chrono::ceil<std::chrono::seconds>(spec.stop_grace_period).count()}};
    body["Labels"][std::string(start_label)] = context.start;
    for (const auto& [key, value] : spec.environment) {
        body["Env"].push_back(fmt::format("{}={}", key, value));
    }
    const auto put = [&body](const char* key, const std::string& value) {
        if (!value.empty()) {
            body[key] = value;
        }
    };
    put("User", spec.user);
    put("WorkingDir", spec.working_dir);
    put("Hostname", spec.hostname);
    put("StopSignal", spec.stop_signal);
    add_command(spec, context, body);
    return body;
}

} // namespace

bool needs_image_entrypoint(const ContainerSpec& spec) {
    return spec.command && spec.command->empty() && !spec.entrypoint;
}

std::string image_name(const ContainerSpec& spec) {
    if (!spec.image.empty()) {
        return spec.image;
    }
    // Repositories are lower-case.
    std::string name = fmt::format("{}-{}", spec.project, spec.service);
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

std::vector<std::string> aliases(const ContainerSpec& spec, const NetworkAttachment& attachment) {
    std::vector<std::string> names = {spec.service};
    for (const std::string& alias : attachment.aliases) {
        if (std::ranges::find(names, alias) == names.end()) {
            names.push_back(alias);
        }
    }
    return names;
}

Result<Json> create_body(const ContainerSpec& spec, const CreateContext& context) {
    Json body = config_json(spec, context);
    for (const PortMapping& port : spec.ports) {
        body["ExposedPorts"][port_key(port.container_port, port.protocol)] = Json::object();
    }
    if (Result<void> exposed = add_exposed(spec, body["ExposedPorts"]); !exposed) {
        return std::unexpected(std::move(exposed.error()));
    }
    if (spec.healthcheck) {
        Result<Json> health = health_json(spec, context.api);
        if (!health) {
            return health;
        }
        body["Healthcheck"] = std::move(*health);
    }
    Result<Json> host = host_json(spec, context.api);
    if (!host) {
        return host;
    }
    body["HostConfig"] = std::move(*host);
    if (spec.network_mode == NetworkMode::networks) {
        body["NetworkingConfig"] = networking_json(spec);
    }
    if (const std::optional<std::string> field = not_utf8(body, "")) {
        return std::unexpected(
            unsupported(spec, *field, "it is not UTF-8, which the engine's interface cannot carry"));
    }
    return body;
}

} // namespace fairlead::docker
