// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include <fairlead/container_spec.hpp>

#include "common/turnstile.hpp"
#include "common_names.hpp"
#include "engine.hpp"

namespace fairlead::podman {

/// Podman's networks, as far as a project's are concerned. Threads: any number.
class Networks {
public:
    explicit Networks(Engine& engine) : engine_(engine) {}

    /// See `ContainerRuntime::ensure_network`.
    Result<void> ensure(const Call& call, const NetworkSpec& network);

    /// Like `ensure`, but a network that was there once is taken to be there still, which saves a process
    /// for every start. `forget` when that proves wrong.
    Result<void> ensure_once(const Call& call, const NetworkSpec& network);
    void forget();

    /// See `ContainerRuntime::remove_network`.
    Result<void> remove_all(const Call& call, std::string_view project);

private:
    Result<bool> find(const Call& call, const NetworkSpec& network);
    Result<void> create(const Call& call, const NetworkSpec& network);

    Engine& engine_;
    Turnstile one_at_a_time_{1};
    std::mutex mutex_;
    std::set<std::string> seen_;
};

} // namespace fairlead::podman
