// SPDX-License-Identifier: MIT
#include "status_json.hpp"

#include <algorithm>

#include <fairlead/labels.hpp>

#include "common/inspection_json.hpp"
#include "common_names.hpp"

namespace fairlead::podman {
namespace {

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

void read_state(const Json& json, Inspection& inspection) {
    const Json& state = at(json, {"State"});
    const std::string engine_state = text_of(at(state, {"Status"}));
    const Json& health = health_of(state);
    ContainerStatus& status = inspection.status;
    const std::string policy = text_of(at(json, {"HostConfig", "RestartPolicy", "Name"}));
    inspection.restarts_by_itself = !policy.empty() && policy != "no";
    // Ended and cleaned up after is "exited".
    inspection.between_runs = inspection.restarts_by_itself && engine_state == "stopped";
    // While it stops it still runs; a paused one as well.
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

Inspection read_inspection(const Json& json) {
    Inspection inspection;
    const Json& config = at(json, {"Config"});
    ContainerStatus& status = inspection.status;
    read_identity(json, status);
    status.image = text_of(at(json, {"ImageName"}));
    inspection.ours = !status.project.empty();
    inspection.pace =
        label_of(status, labels::health) == "engine" ? HealthPace::engine : HealthPace::eager;
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
        status.ports = listed_ports(at(json, {"NetworkSettings", "Ports"}));
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
