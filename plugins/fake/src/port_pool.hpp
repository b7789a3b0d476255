// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fairlead/container_spec.hpp>
#include <fairlead/container_status.hpp>
#include <fairlead/error.hpp>

namespace fairlead::fake {

/// The host ports that containers of this engine publish. Nothing is bound on the real host.
/// Guarded by the engine's lock.
class PortPool {
public:
    /// Takes all of them or none. Ports that the engine picks depend on the container's name and on
    /// what is taken, on nothing else.
    /// Errors: `port_in_use`, without operation and subject.
    [[nodiscard]] Result<std::vector<PublishedPort>> take(const std::string& container,
                                                          const std::vector<PortMapping>& wanted);
    void give_back(const std::vector<PublishedPort>& ports);

private:
    using Key = std::pair<Protocol, std::uint16_t>;

    [[nodiscard]] bool is_free(const PortMapping& wanted) const;
    [[nodiscard]] std::uint16_t pick(const std::string& container, const PortMapping& wanted) const;

    /// The addresses on which a port is taken.
    std::map<Key, std::vector<std::string>> taken_;
};

} // namespace fairlead::fake
