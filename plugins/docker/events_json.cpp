// SPDX-License-Identifier: MIT
#include "events_json.hpp"

#include <charconv>

#include <fairlead/labels.hpp>

#include "http_client.hpp"

namespace fairlead::docker {
namespace {

std::optional<ContainerEventKind> kind_of(std::string_view action) {
    if (action == "start") {
        return ContainerEventKind::started;
    }
    if (action == "die") {
        return ContainerEventKind::exited;
    }
    if (action == "destroy") {
        return ContainerEventKind::removed;
    }
    if (action == "health_status: healthy") {
        return ContainerEventKind::healthy;
    }
    if (action == "health_status: unhealthy") {
        return ContainerEventKind::unhealthy;
    }
    return std::nullopt;
}

} // namespace

std::string events_target(std::string_view label) {
    const Json filter = {{"type", {"container"}},
                         {"label", {label}},
                         {"event", {"start", "die", "destroy", "health_status"}}};
    return "/events?filters=" + url_encoded(json_text(filter));
}

std::optional<ContainerEvent> read_event(const Json& json) {
    const std::optional<ContainerEventKind> kind = kind_of(text_of(at(json, {"Action"})));
    if (!kind || text_of(at(json, {"Type"})) != "container") {
        return std::nullopt;
    }
    const Json& attributes = at(json, {"Actor", "Attributes"});
    ContainerEvent event{.kind = *kind,
                         .id = ContainerId(text_of(at(json, {"Actor", "ID"}))),
                         .name = text_of(at(attributes, {"name"})),
                         .service = text_of(at(attributes, {labels::service})),
                         .time = Timestamp(std::chrono::nanoseconds(number_of(at(json, {"timeNano"})))),
                         .exit_code = {}};
    if (*kind == ContainerEventKind::exited) {
        const std::string code = text_of(at(attributes, {"exitCode"}));
        int value = 0;
        if (std::from_chars(code.data(), code.data() + code.size(), value).ec == std::errc{}) {
            event.exit_code = value;
        }
    }
    return event;
}

} // namespace fairlead::docker
