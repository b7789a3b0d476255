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
        environment["DOCKER_HOST"] = "unix://" + socket_.string();
        start_proxy();
    }

    /// A fresh one, without faults, where another may have been.
    void start_proxy() {
        proxy.reset();
        std::filesystem::remove(socket_);
        proxy.emplace(engine.socket(), socket_);
    }

    /// Past the proxy from now on.
    void go_direct() { environment.erase("DOCKER_HOST"); }

    std::optional<Proxy> proxy;

private:
    const std::filesystem::path socket_ = folder().path() / "engine.sock";
};

} // namespace fairlead::test
