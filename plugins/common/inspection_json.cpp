// SPDX-License-Identifier: MIT
#include "inspection_json.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include <fairlead/labels.hpp>
#include <fairlead/time.hpp>

namespace fairlead::plugin {
namespace {

std::uint16_t port_of(std::string_view text) {
    std::uint16_t port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port;
}

} // namespace

std::optional<Timestamp> time_of(const Json& json) {
    const std::string text = text_of(json);
    if (text.empty() || text.starts_with("0001-")) {
        return std::nullopt;
    }
    const Result<Timestamp> time = parse_timestamp(text);
    return time ? std::optional(*time) : std::nullopt;
}

std::vector<std::string> words_of(const Json& json) {
    std::vector<std::string> words;
    if (json.is_array()) {
        std::ranges::transform(json, std::back_inserter(words), text_of);
    }
    return words;
}

std::string last_health_output(const Json& health) {
    const Json& log = at(health, {"Log"});
    return log.is_array() && !log.empty() ? text_of(at(log.back(), {"Output"})) : std::string{};
}

std::vector<PublishedPort> listed_ports(const Json& ports) {
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

void read_identity(const Json& inspected, ContainerStatus& status) {
    const std::string name = text_of(at(inspected, {"Name"}));
    status.id = ContainerId(text_of(at(inspected, {"Id"})));
    status.name = name.starts_with('/') ? name.substr(1) : name;
    status.labels = map_of(at(inspected, {"Config", "Labels"}));
    status.project = label_of(status, labels::project);
    status.service = label_of(status, labels::service);
    status.restarts = static_cast<int>(number_of(at(inspected, {"RestartCount"})));
    status.created_at = time_of(at(inspected, {"Created"})).value_or(Timestamp{});
}

std::string label_of(const ContainerStatus& status, std::string_view key) {
    const auto found = status.labels.find(std::string(key));
    return found == status.labels.end() ? std::string{} : found->second;
}

} // namespace fairlead::plugin
