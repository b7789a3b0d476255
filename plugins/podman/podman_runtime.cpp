// SPDX-License-Identifier: MIT
#include "podman_runtime.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "log_file.hpp"
#include "podman_events.hpp"
#include "podman_logs.hpp"

namespace fairlead::podman {

std::string read_version(std::string_view text) {
    constexpr std::string_view before = "version ";
    const auto found = text.find(before);
    if (found == std::string_view::npos) {
        return {};
    }
    text.remove_prefix(found + before.size());
    return std::string(text.substr(0, text.find_first_of(" \r\n")));
}

bool is_known_version(std::string_view version) {
    const auto number = [&version] {
        int value = -1;
        const auto read = std::from_chars(version.data(), version.data() + version.size(), value);
        version.remove_prefix(static_cast<std::size_t>(read.ptr - version.data()));
        if (version.starts_with('.')) {
            version.remove_prefix(1);
        }
        return value;
    };
    const int major = number();
    const int minor = number();
    return (major == 4 && minor >= 3) || major == 5;
}

Result<std::unique_ptr<ContainerRuntime>> PodmanRuntime::create(std::string_view text) {
    const Result<Options> options = parse_options(text);
    if (!options) {
        return std::unexpected(options.error());
    }
    return std::make_unique<PodmanRuntime>(*options);
}

PodmanRuntime::PodmanRuntime(const Options& options) : engine_(options) {}
PodmanRuntime::~PodmanRuntime() = default;

Result<ContainerId> PodmanRuntime::do_start(const ContainerSpec& spec, std::stop_token stop,
                                            const StartObserver& observer) {
    return starter_.start(
        {.operation = "start", .subject = container_name(spec), .stop = std::move(stop)}, spec, observer);
}

Result<void> PodmanRuntime::do_stop(const ContainerId& id, std::chrono::milliseconds grace,
                                    std::stop_token stop) {
    return containers_.stop({.operation = "stop", .subject = id.value(), .stop = std::move(stop)},
                            id.value(), grace);
}

Result<void> PodmanRuntime::do_remove(std::string_view name, std::stop_token stop) {
    const Call call{.operation = "remove", .subject = std::string(name), .stop = std::move(stop)};
    // What could not be removed then is tried again now.
    if (const Result<void> done = cleaner_.wait_for(call, name);
        !done && done.error().code == Errc::cancelled) {
        return done;
    }
    return containers_.remove(call, name);
}

Result<ContainerStatus> PodmanRuntime::do_inspect(const ContainerId& id, std::stop_token stop) {
    Result<Inspection> inspection = containers_.inspect(
        {.operation = "inspect", .subject = id.value(), .stop = std::move(stop)}, id.value());
    if (!inspection) {
        return std::unexpected(std::move(inspection.error()));
    }
    memory_.apply(inspection->status, inspection->started);
    return std::move(inspection->status);
}

Result<void> PodmanRuntime::do_wait_healthy(const ContainerId& id, std::chrono::milliseconds timeout,
                                            std::stop_token stop) {
    return waiter_.wait({.operation = "wait for", .subject = id.value(), .stop = std::move(stop)},
                        id.value(), timeout);
}

Result<std::unique_ptr<LogStream>>
PodmanRuntime::do_logs(const ContainerId& id, const LogOptions& options, std::stop_token stop) {
    const Call call{.operation = "read logs of", .subject = id.value(), .stop = std::move(stop)};
    const Result<Inspection> container = containers_.inspect(call, id.value());
    if (!container) {
        return std::unexpected(container.error());
    }
    if (!engine_.is_remote() && !container->log_file.empty()) {
        if (auto log = LogFile::open(container->log_file, id.value(), container->conmon, options)) {
            return log;
        }
    }
    return PodmanLogs::open(engine_, call, id.value(), options);
}

Result<std::vector<ContainerStatus>> PodmanRuntime::do_list(std::string_view project,
                                                            std::stop_token stop) {
    Result<std::vector<Inspection>> found = containers_.list(
        {.operation = "list", .subject = std::string(project), .stop = std::move(stop)}, project);
    if (!found) {
        return std::unexpected(std::move(found.error()));
    }
    std::vector<ContainerStatus> statuses;
    for (Inspection& inspection : *found) {
        memory_.apply(inspection.status, inspection.started);
        statuses.push_back(std::move(inspection.status));
    }
    return statuses;
}

Result<std::unique_ptr<EventSource>> PodmanRuntime::do_watch(std::string_view project) {
    return std::make_unique<PodmanEvents>(engine_, containers_, probe_, memory_, std::string(project));
}

Result<void> PodmanRuntime::do_ensure_network(const NetworkSpec& network, std::stop_token stop) {
    return networks_.ensure(
        {.operation = "ensure network", .subject = engine_name(network), .stop = std::move(stop)},
        network);
}

Result<void> PodmanRuntime::do_remove_network(std::string_view project, std::stop_token stop) {
    return networks_.remove_all(
        {.operation = "remove network of", .subject = std::string(project), .stop = std::move(stop)},
        project);
}

Result<void> PodmanRuntime::do_remove_volumes(std::string_view project, std::stop_token stop) {
    return volumes_.remove_all(
        {.operation = "remove volumes of", .subject = std::string(project), .stop = std::move(stop)},
        project);
}

Capabilities PodmanRuntime::do_capabilities() const noexcept {
    const bool limits = engine_.limits_resources();
    return {.survives_host = true,
            .builds_images = true,
            .pulls_images = true,
            .probes_health = engine_.has_health_timers(),
            .networks = true,
            .volumes = true,
            .publishes_ports = true,
            .restart_policies = true,
            .memory_limits = limits,
            .cpu_limits = limits,
            .pids_limits = limits};
}

Result<EngineVersion> PodmanRuntime::do_version(std::stop_token stop) {
    const Call call{.operation = "ask version of", .subject = "podman", .stop = std::move(stop)};
    // "podman --version" would answer without looking at its storage, or at the remote service.
    const Result<std::string> text = engine_.ask(call, {"info", "--format=version {{.Version.Version}}"});
    if (!text) {
        return std::unexpected(text.error());
    }
    const std::string version = read_version(*text);
    if (version.empty()) {
        return call.failed(Errc::protocol, "it does not tell its version",
                           "See whether 'path' names podman.");
    }
    if (!is_known_version(version)) {
        return call.failed(Errc::unsupported,
                           fmt::format("this is podman {}; 4.3 to 5.x are supported", version),
                           "Install one of those, or name it in the option 'path'.");
    }
    return EngineVersion{.engine = "podman", .version = version, .api = {}};
}

} // namespace fairlead::podman
