// SPDX-License-Identifier: MIT
#include "docker_runtime.hpp"

#include <utility>

#include <fmt/format.h>

#include <fairlead/labels.hpp>

#include "common/json.hpp"
#include "common_names.hpp"
#include "docker_events.hpp"
#include "docker_logs.hpp"
#include "registry_auth.hpp"

namespace fairlead::docker {

Result<std::unique_ptr<ContainerRuntime>> DockerRuntime::create(std::string_view text) {
    const Result<Options> options = parse_options(text);
    if (!options) {
        return std::unexpected(options.error());
    }
    const Environment environment = process_environment();
    Result<Endpoint> endpoint = resolve_endpoint(*options, environment);
    if (!endpoint) {
        return std::unexpected(std::move(endpoint.error()));
    }
    return std::make_unique<DockerRuntime>(std::move(*endpoint), config_folder(*options, environment),
                                           *options);
}

DockerRuntime::DockerRuntime(Endpoint endpoint, std::filesystem::path config, const Options& options)
    : engine_(std::move(endpoint), options.timeout), containers_(engine_), networks_(engine_),
      volumes_(engine_), images_(engine_, RegistryAuth(std::move(config))), cleaner_(containers_),
      starter_(engine_, containers_, networks_, volumes_, images_, cleaner_), hub_(engine_),
      waiter_(engine_, containers_, hub_, memory_) {}

DockerRuntime::~DockerRuntime() = default;

Result<ContainerId> DockerRuntime::do_start(const ContainerSpec& spec, std::stop_token stop,
                                            const StartObserver& observer) {
    return starter_.start(
        {.operation = "start", .subject = container_name(spec), .stop = std::move(stop)}, spec, observer);
}

Result<void> DockerRuntime::do_stop(const ContainerId& id, std::chrono::milliseconds grace,
                                    std::stop_token stop) {
    return containers_.stop({.operation = "stop", .subject = id.value(), .stop = std::move(stop)},
                            id.value(), grace);
}

Result<void> DockerRuntime::do_remove(std::string_view name, std::stop_token stop) {
    const Call call{.operation = "remove", .subject = std::string(name), .stop = std::move(stop)};
    if (Result<void> gone = cleaner_.wait_for(call, call.subject);
        !gone && gone.error().code == Errc::cancelled) {
        return gone;
    }
    return containers_.remove(call, name);
}

Result<ContainerStatus> DockerRuntime::do_inspect(const ContainerId& id, std::stop_token stop) {
    Result<Inspection> found = containers_.inspect(
        {.operation = "inspect", .subject = id.value(), .stop = std::move(stop)}, id.value());
    if (!found) {
        return std::unexpected(std::move(found.error()));
    }
    memory_.apply(found->status, found->started);
    return std::move(found->status);
}

Result<void> DockerRuntime::do_wait_healthy(const ContainerId& id, std::chrono::milliseconds timeout,
                                            std::stop_token stop) {
    return waiter_.wait({.operation = "wait for", .subject = id.value(), .stop = std::move(stop)},
                        id.value(), timeout);
}

Result<std::unique_ptr<LogStream>>
DockerRuntime::do_logs(const ContainerId& id, const LogOptions& options, std::stop_token stop) {
    return open_logs({.operation = "read logs of", .subject = id.value(), .stop = std::move(stop)},
                     engine_, containers_, hub_, id.value(), options);
}

Result<std::vector<ContainerStatus>> DockerRuntime::do_list(std::string_view project,
                                                            std::stop_token stop) {
    Result<std::vector<Inspection>> found = containers_.list(
        {.operation = "list", .subject = std::string(project), .stop = std::move(stop)}, project);
    if (!found) {
        return std::unexpected(std::move(found.error()));
    }
    std::vector<ContainerStatus> statuses;
    for (Inspection& each : *found) {
        memory_.apply(each.status, each.started);
        statuses.push_back(std::move(each.status));
    }
    return statuses;
}

Result<std::unique_ptr<EventSource>> DockerRuntime::do_watch(std::string_view project) {
    return std::make_unique<DockerEvents>(engine_, fmt::format("{}={}", labels::project, project),
                                          std::string(project));
}

Result<void> DockerRuntime::do_ensure_network(const NetworkSpec& network, std::stop_token stop) {
    return networks_.ensure(
        {.operation = "ensure network", .subject = engine_name(network), .stop = std::move(stop)},
        network);
}

Result<void> DockerRuntime::do_remove_network(std::string_view project, std::stop_token stop) {
    return networks_.remove_all(
        {.operation = "remove network of", .subject = std::string(project), .stop = std::move(stop)},
        project);
}

Result<void> DockerRuntime::do_remove_volumes(std::string_view project, std::stop_token stop) {
    return volumes_.remove_all(
        {.operation = "remove volumes of", .subject = std::string(project), .stop = std::move(stop)},
        project);
}

Capabilities DockerRuntime::do_capabilities() const noexcept {
    return {.survives_host = true,
            .builds_images = true,
            .pulls_images = true,
            .probes_health = true,
            .networks = true,
            .volumes = true,
            .publishes_ports = true,
            .restart_policies = true,
            .memory_limits = true,
            .cpu_limits = true,
            .pids_limits = true};
}

Result<EngineVersion> DockerRuntime::do_version(std::stop_token stop) {
    const Call call{
        .operation = "ask version of", .subject = engine_.endpoint().address, .stop = std::move(stop)};
    const Result<ApiVersion> api = engine_.api(call);
    if (!api) {
        return std::unexpected(api.error());
    }
    const Result<Json> json = engine_.get(call, "/version");
    if (!json) {
        return std::unexpected(json.error());
    }
    return EngineVersion{
        .engine = "docker", .version = text_of(at(*json, {"Version"})), .api = to_string(*api)};
}

} // namespace fairlead::docker
