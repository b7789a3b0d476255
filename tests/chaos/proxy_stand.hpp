// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "../support/docker_stand.hpp"
#include "../support/proxy.hpp"

namespace fairlead::test {

/// A stand whose commands reach the engine through a proxy.
class ProxyStand : public DockerStand {
public:
    ProxyStand() {
        proxy.emplace(engine.socket(), folder().path() / "engine.sock");
        environment["DOCKER_HOST"] = "unix://" + (folder().path() / "engine.sock").string();
    }

    /// Past the proxy from now on.
    void go_direct() { environment.erase("DOCKER_HOST"); }

    std::optional<Proxy> proxy;
};

} // namespace fairlead::test
