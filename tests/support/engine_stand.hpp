// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "stand.hpp"

namespace fairlead::test {

/// A stand on a real engine; nothing of its project remains afterwards. `Engine` is what looks at the
/// engine past what is tested: `RawEngine` or `PodmanEngine`.
template <class Engine>
class EngineStand : public Stand {
public:
    EngineStand() : Stand(Engine::runtime) { options(Engine::runtime, engine.options()); }
    EngineStand(const EngineStand&) = delete;
    EngineStand& operator=(const EngineStand&) = delete;
    ~EngineStand() {
        try {
            engine.remove_project(project());
        } catch (const std::exception& error) {
            fmt::print(stderr, "left over of project {}: {}\n", project(), error.what());
        }
    }

    /// Whether the engine has anything left of the project but named volumes.
    [[nodiscard]] bool is_gone() const {
        return engine.containers(project()).empty() && engine.networks(project()).empty();
    }

    const Engine engine;
};

} // namespace fairlead::test
