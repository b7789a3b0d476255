// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/container_status.hpp>

#include "json.hpp"

/// The parts of a container's inspection that Docker and Podman write alike.
namespace fairlead::plugin {

/// Nothing for the year 1, which engines write for "never".
[[nodiscard]] std::optional<Timestamp> time_of(const Json& json);

/// The strings of an array.
[[nodiscard]] std::vector<std::string> words_of(const Json& json);

/// What the last check printed; of `State.Health`.
[[nodiscard]] std::string last_health_output(const Json& health);

/// The ports of `NetworkSettings.Ports`, each as often as it is listed.
[[nodiscard]] std::vector<PublishedPort> listed_ports(const Json& ports);

/// Id, name, labels, project, service, restarts and time of creation, of the whole inspection.
void read_identity(const Json& inspected, ContainerStatus& status);

/// Empty when the container does not carry it.
[[nodiscard]] std::string label_of(const ContainerStatus& status, std::string_view key);

} // namespace fairlead::plugin
