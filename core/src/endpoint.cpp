// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <fairlead/endpoint.hpp>

namespace fairlead {
namespace {

std::string reachable(const std::string& host_ip) {
    if (host_ip == "::") {
        return "::1";
    }
    return host_ip.empty() || host_ip == "0.0.0.0" ? "127.0.0.1" : host_ip;
}

} // namespace

std::string to_string(const Endpoint& endpoint) {
    const bool v6 = endpoint.host.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", v6 ? "[" : "", endpoint.host, v6 ? "]" : "", endpoint.port);
}

std::optional<Endpoint> find_endpoint(const std::vector<PublishedPort>& ports,
                                      std::uint16_t container_port, Protocol protocol) {
    for (const PublishedPort& port : ports) {
        if (port.container_port == container_port && port.protocol == protocol) {
            return Endpoint{.host = reachable(port.host_ip), .port = port.host_port};
        }
    }
    return {};
}

} // namespace fairlead
