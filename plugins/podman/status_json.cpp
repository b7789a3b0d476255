// SPDX-License-Identifier: MIT
#include "status_json.hpp"

#include <algorithm>
#include <charconv>

#include <fairlead/labels.hpp>
#include <fairlead/time.hpp>

namespace fairlead::podman {
namespace {

/// Podman writes the year 1 for "never".
std::optional<Timestamp> time_of(const Json& json) {
    const std::string text = text_of(json);
    if (text.empty() || text.starts_with("0001-")) {
        return std::nullopt;
    }
    const Result<Timestamp> time = parse_timestamp(text);
    return time ? std::optional(*time) : std::nullopt;
}

std::uint16_t port_of(std::string_view text) {
    std::uint16_t port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port;
}

std::vector<std::string> words_of(const Json& json) {
    std::vector<std::string> words;
    if (json.is_array()) {
        std::ranges::transform(json, std::back_inserter(words), text_of);
    }
    return words;
}

std::vector<std::string> health_command(const Json& test) {
    std::vector<std::string> words = words_of(test);
    if (words.empty() || words[0].empty() || words[0] == "NONE") {
        return {};
    }
    if (words[0] == "CMD") {
        words.erase(words.begin());
        return words;
    }
    if (words[0] == "CMD-SHELL") {
        return words.size() < 2 ? std::vector<std::string>{}
                                : std::vector<std::string>{"/bin/sh", "-c", words[1]};
    }
    return words;
}

/// A number in 4.3, a name in 5.x.
std::string signal_of(const Json& json) {
    const std::int64_t number = number_of(json);
    return number > 0 ? std::to_string(number) : text_of(json);
}

/// `Health` since 4.0; `Healthcheck` before, and still in what some remote services send.
const Json& health_of(const Json& state) {
    const Json& health = at(state, {"Health"});
    return health.is_null() ? at(state, {"Healthcheck"}) : health;
}

ContainerState state_of(const Inspection& inspection, std::string_view engine_state,
                        const std::string& health) {
    if (engine_state == "created" || engine_state == "configured" || engine_state == "initialized") {
        return ContainerState::starting;
    }
    if (!inspection.running) {
        return ContainerState::stopped;
    }
    if (!inspection.status.has_healthcheck) {
        return ContainerState::running;
    }
    if (health == "healthy") {
        return ContainerState::healthy;
    }
    return health == "unhealthy" ? ContainerState::unhealthy : ContainerState::starting;
}

std::string last_health_output(const Json& health) {
    const Json& log = at(health, {"Log"});
    return log.is_array() && !log.empty() ? text_of(at(log.back(), {"Output"})) : std::string{};
}

void read_state(const Json& json, Inspection& inspection) {
    const Json& state = at(json, {"State"});
    const std::string engine_state = text_of(at(state, {"Status"}));
    const Json& health = health_of(state);
    ContainerStatus& status = inspection.status;
    // While it stops it still runs; a paused one as well.
    const std::string policy = text_of(at(json, {"HostConfig", "RestartPolicy", "Name"}));
    inspection.restarts_by_itself = !policy.empty() && policy != "no";
    inspection.running = flag_of(at(state, {"Running"})) || flag_of(at(state, {"Paused"})) ||
                         engine_state == "running" || engine_state == "stopping" ||
                         engine_state == "paused";
    inspection.conmon = static_cast<int>(number_of(at(state, {"ConmonPid"})));
    inspection.started = text_of(at(state, {"StartedAt"}));
    status.state = state_of(inspection, engine_state, text_of(at(health, {"Status"})));
    if (status.state == ContainerState::stopped) {
        status.exit_code = static_cast<int>(number_of(at(state, {"ExitCode"})));
    }
    status.oom_killed = flag_of(at(state, {"OOMKilled"}));
    status.started_at = time_of(at(state, {"StartedAt"}));
    status.finished_at = time_of(at(state, {"FinishedAt"}));
    status.health_output = last_health_output(health);
}

} // namespace

std::vector<PublishedPort> read_ports(const Json& ports) {
    std::vector<PublishedPort> result;
    if (!ports.is_object()) {
        return result;
    }
    for (const auto& [key, bindings] : ports.items()) {
        if (!bindings.is_array()) {
            continue;
        }
        for (const Json& binding : bindings) {
            PublishedPort port{.host_ip = text_of(at(binding, {"HostIp"})),
                               .host_port = port_of(text_of(at(binding, {"HostPort"}))),
                               .container_port = port_of(key),
                               .protocol = key.ends_with("/udp") ? Protocol::udp : Protocol::tcp};
            if (port.host_ip.empty()) {
                port.host_ip = "0.0.0.0";
            }
            if (port.host_port != 0) {
                result.push_back(std::move(port));
            }
        }
    }
    return result;
}

Inspection read_inspection(const Json& json) {
    Inspection inspection;
    const Json& config = at(json, {"Config"});
    ContainerStatus& status = inspection.status;
    const std::string name = text_of(at(json, {"Name"}));
    status.id = ContainerId(text_of(at(json, {"Id"})));
    status.name = name.starts_with('/') ? name.substr(1) : name;
    status.labels = map_of(at(config, {"Labels"}));
    const auto label = [&status](std::string_view key) {
        const auto found = status.labels.find(std::string(key));
        return found == status.labels.end() ? std::string{} : found->second;
    };
    status.project = label(labels::project);
    status.service = label(labels::service);
    status.image = text_of(at(json, {"ImageName"}));
    status.restarts = static_cast<int>(number_of(at(json, {"RestartCount"})));
    status.created_at = time_of(at(json, {"Created"})).value_or(Timestamp{});
    inspection.ours = !status.project.empty();
    inspection.pace = label(labels::health) == "engine" ? HealthPace::engine : HealthPace::eager;
    inspection.stop_signal = signal_of(at(config, {"StopSignal"}));
    inspection.health_command = health_command(at(config, {"Healthcheck", "Test"}));
    inspection.health_interval =
        std::chrono::nanoseconds(number_of(at(config, {"Healthcheck", "Interval"})));
    inspection.health_timeout =
        std::chrono::nanoseconds(number_of(at(config, {"Healthcheck", "Timeout"})));
    if (const Json& log = at(json, {"HostConfig", "LogConfig"});
        text_of(at(log, {"Type"})) == "k8s-file") {
        inspection.log_file = text_of(at(log, {"Path"}));
    }
    status.has_healthcheck = !inspection.health_command.empty();
    read_state(json, inspection);
    if (inspection.running) {
        status.ports = read_ports(at(json, {"NetworkSettings", "Ports"}));
    }
    return inspection;
}

std::optional<EngineEvent> read_event(std::string_view line) {
    const std::optional<Json> json = parse_json(line);
    if (!json || !json->is_object() || text_of(at(*json, {"Type"})) != "container") {
        return std::nullopt;
    }
    EngineEvent event{.kind = text_of(at(*json, {"Status"})),
                      .id = ContainerId(text_of(at(*json, {"ID"}))),
                      .name = text_of(at(*json, {"Name"})),
                      .service = text_of(at(*json, {"Attributes", labels::service})),
                      // Left out in 4.3 when it is 0.
                      .exit_code = static_cast<int>(number_of(at(*json, {"ContainerExitCode"})))};
    // Since 4.4 a number; before, a text.
    if (const std::int64_t nanoseconds = number_of(at(*json, {"timeNano"})); nanoseconds != 0) {
        event.time = Timestamp(std::chrono::nanoseconds(nanoseconds));
    } else {
        event.time = time_of(at(*json, {"Time"})).value_or(Timestamp{});
    }
    return event;
}

std::optional<ContainerEventKind> contract_kind(const EngineEvent& event) {
    if (event.kind == "start") {
        return ContainerEventKind::started;
    }
    if (event.kind == "died") {
        return ContainerEventKind::exited;
    }
    return event.kind == "remove" ? std::optional(ContainerEventKind::removed) : std::nullopt;
}

} // namespace fairlead::podman
