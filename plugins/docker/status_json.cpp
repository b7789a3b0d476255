// SPDX-License-Identifier: MIT
#include "status_json.hpp"

#include <algorithm>

#include "common/inspection_json.hpp"
#include "common_names.hpp"
#include "container_json.hpp"

namespace fairlead::docker {
namespace {

/// The command line of the check, or nothing: absent, "NONE", or a form unknown here.
std::vector<std::string> health_command(const Json& config) {
    std::vector<std::string> words = words_of(at(config, {"Healthcheck", "Test"}));
    if (words.size() < 2) {
        return {};
    }
    if (words[0] == "CMD") {
        words.erase(words.begin());
        return words;
    }
    if (words[0] != "CMD-SHELL") {
        return {};
    }
    std::vector<std::string> command = words_of(at(config, {"Shell"}));
    if (command.empty()) {
        command = {"/bin/sh", "-c"};
    }
    command.push_back(words[1]);
    return command;
}

ContainerState state_of(const Inspection& inspection, const std::string& health) {
    if (inspection.restarting || inspection.created) {
        return ContainerState::starting;
    }
    if (!inspection.running) {
        return ContainerState::stopped;
    }
    if (health == "healthy") {
        return ContainerState::healthy;
    }
    if (health == "unhealthy") {
        return ContainerState::unhealthy;
    }
    return inspection.status.has_healthcheck ? ContainerState::starting : ContainerState::running;
}

} // namespace

std::vector<PublishedPort> read_ports(const Json& ports) {
    std::vector<PublishedPort> result;
    for (PublishedPort& port : listed_ports(ports)) {
        PublishedPort twin = port;
        twin.host_ip = "0.0.0.0";
        const bool doubled = port.host_ip == "::" && std::ranges::find(result, twin) != result.end();
        if (!doubled) {
            result.push_back(std::move(port));
        }
    }
    return result;
}

Inspection read_inspection(const Json& json) {
    Inspection inspection;
    const Json& state = at(json, {"State"});
    const Json& config = at(json, {"Config"});
    const Json& health = at(state, {"Health"});
    ContainerStatus& status = inspection.status;
    read_identity(json, status);
    status.image = text_of(at(config, {"Image"}));
    inspection.ours = !status.project.empty();
    inspection.start = label_of(status, start_label);

    inspection.restarting = flag_of(at(state, {"Restarting"}));
    inspection.running = flag_of(at(state, {"Running"})) && !inspection.restarting;
    inspection.created = text_of(at(state, {"Status"})) == "created";
    inspection.tty = flag_of(at(config, {"Tty"}));
    inspection.stop_signal = text_of(at(config, {"StopSignal"}));
    inspection.started = text_of(at(state, {"StartedAt"}));
    inspection.state_error = text_of(at(state, {"Error"}));
    inspection.health_command = health_command(config);
    inspection.health_timeout =
        std::chrono::nanoseconds(number_of(at(config, {"Healthcheck", "Timeout"})));

    status.has_healthcheck = !inspection.health_command.empty();
    status.state = state_of(inspection, text_of(at(health, {"Status"})));
    if (status.state == ContainerState::stopped) {
        status.exit_code = static_cast<int>(number_of(at(state, {"ExitCode"})));
    }
    status.oom_killed = flag_of(at(state, {"OOMKilled"}));
    status.started_at = time_of(at(state, {"StartedAt"}));
    status.finished_at = time_of(at(state, {"FinishedAt"}));
    if (inspection.running) {
        status.ports = read_ports(at(json, {"NetworkSettings", "Ports"}));
    }
    status.health_output = last_health_output(health);
    return inspection;
}

} // namespace fairlead::docker
