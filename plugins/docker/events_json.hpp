// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <fairlead/event_stream.hpp>

#include "common/json.hpp"
#include "common_names.hpp"

namespace fairlead::docker {

/// The target of a subscription to what happens to containers with a label (`key` or `key=value`). Only
/// what `ContainerEventKind` knows is asked for: the engine reports each health probe as three more
/// events.
[[nodiscard]] std::string events_target(std::string_view label);

/// Reads one event; nothing for one that is of no interest here.
[[nodiscard]] std::optional<ContainerEvent> read_event(const Json& json);

} // namespace fairlead::docker
