// SPDX-License-Identifier: MIT
#include "json_output.hpp"

#include <nlohmann/json.hpp>

#include <fairlead/plugin.hpp>
#include <fairlead/time.hpp>

namespace fairlead::host {
namespace {

using Json = nlohmann::ordered_json;

/// Output of processes and engines need not be UTF-8; JSON must be.
std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json error_json(const std::optional<Error>& error) {
    return error ? Json::parse(to_json(*error)) : Json(nullptr);
}

Json ports_json(const std::vector<PublishedPort>& ports) {
    Json array = Json::array();
    for (const PublishedPort& port : ports) {
        array.push_back({{"host_ip", port.host_ip},
                         {"host_port", port.host_port},
                         {"container_port", port.container_port},
                         {"protocol", to_string(port.protocol)}});
    }
    return array;
}

} // namespace

std::string json_of(const std::vector<ContainerStatus>& containers) {
    Json array = Json::array();
    for (const ContainerStatus& container : containers) {
        array.push_back({{"service", container.service},
                         {"container", container.name},
                         {"id", container.id.value()},
                         {"image", container.image},
                         {"state", to_string(container.state)},
                         {"exit_code", or_null(container.exit_code)},
                         {"ports", ports_json(container.ports)}});
    }
    return text_of(array);
}

std::string json_of(const std::vector<PluginInfo>& plugins) {
    Json array = Json::array();
    for (const PluginInfo& plugin : plugins) {
        array.push_back({{"name", plugin.name},
                         {"version", plugin.version},
                         {"path", plugin.path.string()},
                         {"loadable", !plugin.refused},
                         {"error", error_json(plugin.refused)}});
    }
    return text_of(array);
}

std::string json_of(const EventSubscription::Item& item) {
    const LifecycleEvent& event = item.event;
    Json json = {{"number", event.number},
                 {"time", format_timestamp(event.time)},
                 {"service", event.service.empty() ? Json(nullptr) : Json(event.service)},
                 {"state", event.service.empty() ? Json(nullptr) : Json(to_string(event.state))},
                 {"message", event.message},
                 {"exit_code", or_null(event.exit_code)},
                 {"error", error_json(event.error)}};
    if (item.dropped > 0) {
        json["dropped"] = item.dropped;
    }
    return text_of(json);
}

std::string json_of_log_line(const std::string& service, const LogChunk& line) {
    return text_of({{"service", service},
                    {"stream", to_string(line.source)},
                    {"time", line.timestamp ? Json(format_timestamp(*line.timestamp)) : Json(nullptr)},
                    {"line", line.bytes}});
}

std::string json_of_take_down(const ContainerStatus& container, std::string_view phase) {
    return text_of({{"service", container.service}, {"container", container.name}, {"phase", phase}});
}

std::string json_of(const VersionInfo& info) {
    Json json = {{"fairlead", FAIRLEAD_VERSION},
                 {"plugin_abi", plugin_abi},
                 {"toolchain", info.toolchain},
                 {"runtime", info.runtime},
                 {"engine", nullptr}};
    if (info.engine) {
        json["engine"] = {
            {"name", info.engine->engine}, {"version", info.engine->version}, {"api", info.engine->api}};
    } else {
        json["error"] = error_json(info.error);
    }
    return text_of(json);
}

} // namespace fairlead::host
