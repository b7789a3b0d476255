// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/container_spec.hpp>

#include "common/call.hpp"
#include "common/turnstile.hpp"
#include "common_names.hpp"
#include "engine.hpp"

namespace fairlead::docker {

/// The engine's networks, as far as a project's are concerned. Threads: any number.
class Networks {
public:
    explicit Networks(Engine& engine) : engine_(engine) {}

    /// See `ContainerRuntime::ensure_network`.
    Result<void> ensure(const Call& call, const NetworkSpec& network);

    /// Attaches a container that has not started to one more network.
    Result<void> connect(const Call& call, const std::string& network, const std::string& container,
                         const std::vector<std::string>& aliases);

    /// See `ContainerRuntime::remove_network`.
    Result<void> remove_all(const Call& call, std::string_view project);

private:
    Result<bool> find(const Call& call, const NetworkSpec& network);
    Result<HttpResponse> create(const Call& call, const NetworkSpec& network);
    Result<void> settle(const Call& call);

    Engine& engine_;
    /// The engine lets two networks have one name when they are created at the same time, so only one
    /// creation is under way at once: also one whose caller has been cancelled, since the engine goes on.
    Turnstile one_at_a_time_{1};
    /// Such a creation, inside the turnstile only.
    std::optional<HttpExchange> unanswered_;
};

} // namespace fairlead::docker
