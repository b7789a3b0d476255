// SPDX-License-Identifier: MIT
#include "port_pool.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "hash.hpp"

namespace fairlead::fake {
namespace {

// The range that Linux hands out by itself.
constexpr std::uint16_t first_picked = 32768;
constexpr std::uint16_t last_picked = 60999;

bool is_any(const std::string& address) {
    return address.empty() || address == "0.0.0.0" || address == "::" || address == "[::]";
}

} // namespace

bool PortPool::is_free(const PortMapping& wanted) const {
    const auto found = taken_.find({wanted.protocol, wanted.host_port});
    return found == taken_.end() || std::ranges::none_of(found->second, [&](const std::string& address) {
               return address == wanted.host_ip || is_any(address) || is_any(wanted.host_ip);
           });
}

/// 0 if none is left.
std::uint16_t PortPool::pick(const std::string& container, const PortMapping& wanted) const {
    constexpr std::uint32_t count = last_picked - first_picked + 1;
    const std::uint64_t start = stable_hash(
        fmt::format("{}/{}/{}", container, wanted.container_port, to_string(wanted.protocol)));
    for (std::uint32_t step = 0; step < count; ++step) {
        const auto port = static_cast<std::uint16_t>(first_picked + (start + step) % count);
        if (!taken_.contains({wanted.protocol, port})) {
            return port;
        }
    }
    return 0;
}

Result<std::vector<PublishedPort>> PortPool::take(const std::string& container,
                                                  const std::vector<PortMapping>& wanted) {
    std::vector<PublishedPort> got;
    for (PortMapping mapping : wanted) {
        if (mapping.host_port == 0) {
            mapping.host_port = pick(container, mapping);
        }
        if (mapping.host_port == 0 || !is_free(mapping)) {
            give_back(got);
            return fail(
                {.code = Errc::port_in_use,
                 .message = mapping.host_port == 0
                                ? "no host port is left to pick"
                                : fmt::format("host port {}:{}/{} is already in use", mapping.host_ip,
                                              mapping.host_port, to_string(mapping.protocol)),
                 .hint = "Stop the container that publishes it, or publish another port."});
        }
        taken_[{mapping.protocol, mapping.host_port}].push_back(mapping.host_ip);
        got.push_back({.host_ip = mapping.host_ip,
                       .host_port = mapping.host_port,
                       .container_port = mapping.container_port,
                       .protocol = mapping.protocol});
    }
    return got;
}

void PortPool::give_back(const std::vector<PublishedPort>& ports) {
    for (const PublishedPort& port : ports) {
        const auto found = taken_.find({port.protocol, port.host_port});
        if (found == taken_.end()) {
            continue;
        }
        if (const auto address = std::ranges::find(found->second, port.host_ip);
            address != found->second.end()) {
            found->second.erase(address);
        }
        if (found->second.empty()) {
            taken_.erase(found);
        }
    }
}

} // namespace fairlead::fake
