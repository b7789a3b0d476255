// SPDX-License-Identifier: MIT
#include "status_json.hpp"

#include <algorithm>
#include <charconv>

#include <fairlead/labels.hpp>
#include <fairlead/time.hpp>

#include "container_json.hpp"

namespace fairlead::docker {
namespace {

/// Engines write the year 1 for "never".
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

/// The command line of the check, or nothing: absent, "NONE", or a form unknown here.
std::vector<std::string> health_command(const Json& config) {
    const Json& test = at(config, {"Healthcheck", "Test"});
    std::vector<std::string> words;
    if (test.is_array()) {
        std::ranges::transform(test, std::back_inserter(words), text_of);
    }
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
    std::vector<std::string> command;
    if (const Json& shell = at(config, {"Shell"}); shell.is_array() && !shell.empty()) {
        std::ranges::transform(shell, std::back_inserter(command), text_of);
    } else {
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

std::string last_health_output(const Json& health) {
    const Json& log = at(health, {"Log"});
    return log.is_array() && !log.empty() ? text_of(at(log.back(), {"Output"})) : std::string{};
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
        const Protocol protocol = key.ends_with("/udp") ? Protocol::udp : Protocol::tcp;
        for (const Json& binding : bindings) {
            PublishedPort port{.host_ip = text_of(at(binding, {"HostIp"})),
                               .host_port = port_of(text_of(at(binding, {"HostPort"}))),
                               .container_port = port_of(key),
                               .protocol = protocol};
            if (port.host_ip.empty()) {
                port.host_ip = "0.0.0.0";
            }
            PublishedPort twin = port;
            twin.host_ip = "0.0.0.0";
            const bool doubled = port.host_ip == "::" && std::ranges::find(result, twin) != result.end();
            if (port.host_port != 0 && !doubled) {
                result.push_back(std::move(port));
            }
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
    status.image = text_of(at(config, {"Image"}));
    inspection.ours = !status.project.empty();
    inspection.start = label(start_label);

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
    status.restarts = static_cast<int>(number_of(at(json, {"RestartCount"})));
    status.created_at = time_of(at(json, {"Created"})).value_or(Timestamp{});
    status.started_at = time_of(at(state, {"StartedAt"}));
    status.finished_at = time_of(at(state, {"FinishedAt"}));
    if (inspection.running) {
        status.ports = read_ports(at(json, {"NetworkSettings", "Ports"}));
    }
    status.health_output = last_health_output(health);
    return inspection;
}

} // namespace fairlead::docker
