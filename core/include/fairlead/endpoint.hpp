// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fairlead/container_status.hpp>
#include <fairlead/export.hpp>

namespace fairlead {

/// Where a container's port is reached from outside.
struct Endpoint {
    /// An address, never a name. On an engine of another machine it is an address of that machine.
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const Endpoint&) const = default;
};

/// `127.0.0.1:8080`, with brackets around an IPv6 address.
[[nodiscard]] FAIRLEAD_API std::string to_string(const Endpoint& endpoint);

/// Where a container's port is published; nothing if it is not. For a port that is published on every
/// address it is the loopback address of the same family.
[[nodiscard]] FAIRLEAD_API std::optional<Endpoint> find_endpoint(const std::vector<PublishedPort>& ports,
                                                                 std::uint16_t container_port,
                                                                 Protocol protocol = Protocol::tcp);

} // namespace fairlead
