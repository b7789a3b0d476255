// SPDX-License-Identifier: MIT
#include "service_writer.hpp"

#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <fairlead/container_status.hpp>
#include <fairlead/time.hpp>

#include "interpolation.hpp"

namespace fairlead::stack_file {
namespace {

using Json = nlohmann::ordered_json;

void put(Json& json, const char* key, const std::string& value) {
    if (!value.empty()) {
        json[key] = text(value);
    }
}

void put(Json& json, const char* key, bool value) {
    if (value) {
        json[key] = true;
    }
}

template <class T>
void put(Json& json, const char* key, const std::optional<T>& value) {
    if (value) {
        json[key] = *value;
    }
}

void put(Json& json, const char* key, const std::optional<std::chrono::nanoseconds>& value) {
    if (value) {
        json[key] = format_duration(*value);
    }
}

Json texts(const std::vector<std::string>& values) {
    Json list = Json::array();
    for (const std::string& value : values) {
        list.push_back(text(value));
    }
    return list;
}

void put(Json& json, const char* key, const std::vector<std::string>& values) {
    if (!values.empty()) {
        json[key] = texts(values);
    }
}

void put(Json& json, const char* key, const std::optional<std::vector<std::string>>& values) {
    if (values) {
        json[key] = texts(*values);
    }
}

void put(Json& json, const char* key, const std::map<std::string, std::string>& values) {
    for (const auto& [name, value] : values) {
        json[key][name] = text(value);
    }
}

std::string octal(std::uint32_t mode) {
    return fmt::format("{:04o}", mode);
}

std::string_view name_of(PullPolicy policy) {
    switch (policy) {
    case PullPolicy::missing:
        return "missing";
    case PullPolicy::always:
        return "always";
    case PullPolicy::never:
        return "never";
    case PullPolicy::build:
        break;
    }
    return "build";
}

std::string name_of(const RestartPolicy& policy) {
    switch (policy.mode) {
    case RestartMode::no:
        return "no";
    case RestartMode::always:
        return "always";
    case RestartMode::unless_stopped:
        return "unless-stopped";
    case RestartMode::on_failure:
        break;
    }
    return policy.max_retries == 0 ? "on-failure" : fmt::format("on-failure:{}", policy.max_retries);
}

void write_image(Json& json, const ContainerSpec& container) {
    put(json, "image", container.image);
    if (container.build) {
        Json build = {{"context", text(container.build->context.string())}};
        put(build, "dockerfile", container.build->dockerfile);
        if (container.build->dockerfile_inline) {
            build["dockerfile_inline"] = text(*container.build->dockerfile_inline);
        }
        put(build, "args", container.build->args);
        put(build, "target", container.build->target);
        put(build, "labels", container.build->labels);
        put(build, "no_cache", container.build->no_cache);
        json["build"] = std::move(build);
    }
    if (container.pull_policy != PullPolicy::missing) {
        json["pull_policy"] = name_of(container.pull_policy);
    }
}

void write_process(Json& json, const ContainerSpec& container) {
    put(json, "container_name", container.container_name);
    put(json, "entrypoint", container.entrypoint);
    put(json, "command", container.command);
    put(json, "environment", container.environment);
    put(json, "labels", container.labels);
    put(json, "annotations", container.annotations);
    put(json, "user", container.user);
    put(json, "working_dir", container.working_dir);
    put(json, "hostname", container.hostname);
    put(json, "init", container.init);
    put(json, "read_only", container.read_only);
    put(json, "tty", container.tty);
    put(json, "stdin_open", container.stdin_open);
    put(json, "privileged", container.privileged);
}

Json write_mount(const VolumeMount& mount, const VolumeKeys& volumes) {
    Json json = {{"type", "volume"}};
    if (!mount.volume.empty()) {
        json["source"] = volumes.at(mount.volume);
    }
    json["target"] = text(mount.target);
    put(json, "read_only", mount.read_only);
    if (mount.no_copy) {
        json["volume"] = {{"nocopy", true}};
    }
    return json;
}

Json write_mount(const BindMount& mount, const VolumeKeys&) {
    Json json = {
        {"type", "bind"}, {"source", text(mount.source.string())}, {"target", text(mount.target)}};
    put(json, "read_only", mount.read_only);
    // Always said, since versions of Compose differ in what its absence means.
    json["bind"] = {{"create_host_path", mount.create_host_path}};
    put(json["bind"], "propagation", mount.propagation);
    put(json["bind"], "selinux", mount.selinux);
    return json;
}

Json write_mount(const TmpfsMount& mount, const VolumeKeys&) {
    Json json = {{"type", "tmpfs"}, {"target", text(mount.target)}};
    put(json["tmpfs"], "size", mount.size);
    put(json["tmpfs"], "mode", mount.mode);
    if (json["tmpfs"].is_null()) {
        json.erase("tmpfs");
    }
    return json;
}

/// The short form, the only one that has a place for an owner.
std::string write_short(const TmpfsMount& mount) {
    std::string options;
    const auto add = [&options](std::string_view key, const std::string& value) {
        options += fmt::format("{}{}={}", options.empty() ? ":" : ",", key, value);
    };
    if (mount.size) {
        add("size", std::to_string(*mount.size));
    }
    if (mount.mode) {
        add("mode", octal(*mount.mode));
    }
    if (mount.uid) {
        add("uid", std::to_string(*mount.uid));
    }
    if (mount.gid) {
        add("gid", std::to_string(*mount.gid));
    }
    return mount.target + options;
}

void write_mounts(Json& json, const ContainerSpec& container, const VolumeKeys& volumes) {
    // What is under `tmpfs` is read after what is under `volumes`: mounts keep their order.
    std::size_t owned_from = container.mounts.size();
    while (owned_from > 0 && std::holds_alternative<TmpfsMount>(container.mounts[owned_from - 1])) {
        --owned_from;
    }
    for (std::size_t i = 0; i < container.mounts.size(); ++i) {
        if (i < owned_from) {
            json["volumes"].push_back(std::visit(
                [&](const auto& mount) { return write_mount(mount, volumes); }, container.mounts[i]));
        } else {
            json["tmpfs"].push_back(text(write_short(std::get<TmpfsMount>(container.mounts[i]))));
        }
    }
}

void write_files(Json& json, const char* key, const std::vector<FileContent>& files) {
    for (const FileContent& file : files) {
        json[key].push_back({{"source", file.name},
                             {"target", text(file.target)},
                             {"uid", std::to_string(file.uid)},
                             {"gid", std::to_string(file.gid)},
                             {"mode", octal(file.mode)}});
    }
}

void write_ports(Json& json, const ContainerSpec& container) {
    for (const PortMapping& port : container.ports) {
        Json written = {{"target", port.container_port}, {"host_ip", port.host_ip}};
        if (port.host_port != 0) {
            written["published"] = std::to_string(port.host_port);
        }
        written["protocol"] = to_string(port.protocol);
        json["ports"].push_back(std::move(written));
    }
    put(json, "expose", container.expose);
}

void write_networks(Json& json, const ContainerSpec& container) {
    switch (container.network_mode) {
    case NetworkMode::networks:
        break;
    case NetworkMode::none:
        json["network_mode"] = "none";
        break;
    case NetworkMode::host:
        json["network_mode"] = "host";
        break;
    case NetworkMode::bridge:
        json["network_mode"] = "bridge";
        break;
    }
    for (const NetworkAttachment& attachment : container.networks) {
        Json& network = json["networks"][attachment.network.name] = Json::object();
        put(network, "aliases", attachment.aliases);
    }
    for (const auto& [host, address] : container.extra_hosts) {
        json["extra_hosts"].push_back(text(host + "=" + address));
    }
    put(json, "dns", container.dns);
}

void write_limits(Json& json, const ContainerSpec& container) {
    const Resources& resources = container.resources;
    put(json, "mem_limit", resources.memory);
    put(json, "memswap_limit", resources.memory_swap);
    put(json, "mem_reservation", resources.memory_reservation);
    put(json, "cpus", resources.cpus);
    put(json, "pids_limit", resources.pids);
    put(json, "shm_size", resources.shm_size);
    for (const Ulimit& ulimit : resources.ulimits) {
        json["ulimits"][ulimit.name] = {{"soft", ulimit.soft}, {"hard", ulimit.hard}};
    }
    put(json, "cap_add", container.cap_add);
    put(json, "cap_drop", container.cap_drop);
    put(json, "security_opt", container.security_opt);
    put(json, "group_add", container.group_add);
    for (const DeviceMapping& device : container.devices) {
        json["devices"].push_back({{"source", text(device.host_path)},
                                   {"target", text(device.container_path)},
                                   {"permissions", text(device.permissions)}});
    }
    put(json, "sysctls", container.sysctls);
}

void write_health(Json& json, const ContainerSpec& container) {
    if (container.healthcheck) {
        const HealthCheck& check = *container.healthcheck;
        Json written = Json::object();
        put(written, "disable", check.disabled);
        put(written, "test", check.test);
        put(written, "interval", check.interval);
        put(written, "timeout", check.timeout);
        put(written, "retries", check.retries);
        put(written, "start_period", check.start_period);
        put(written, "start_interval", check.start_interval);
        json["healthcheck"] = std::move(written);
    }
    if (container.health_pace == HealthPace::engine) {
        json["x-fairlead"] = {{"health", "engine"}};
    }
    if (container.restart != RestartPolicy{}) {
        json["restart"] = name_of(container.restart);
    }
    put(json, "stop_signal", container.stop_signal);
    json["stop_grace_period"] = format_duration(container.stop_grace_period);
}

} // namespace

Json text(const std::string& value) {
    return escape_dollars(value);
}

Json write_service(const Service& service, const VolumeKeys& volumes) {
    const ContainerSpec& container = service.container;
    Json json = Json::object();
    put(json, "profiles", service.profiles);
    for (const Dependency& dependency : service.depends_on) {
        json["depends_on"][dependency.service] = {{"condition", to_string(dependency.condition)},
                                                  {"restart", dependency.restart},
                                                  {"required", dependency.required}};
    }
    write_image(json, container);
    write_process(json, container);
    write_ports(json, container);
    write_mounts(json, container, volumes);
    write_files(json, "secrets", container.secrets);
    write_files(json, "configs", container.configs);
    write_networks(json, container);
    write_limits(json, container);
    write_health(json, container);
    return json;
}

} // namespace fairlead::stack_file
