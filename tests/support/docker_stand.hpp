// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "raw_engine.hpp"
#include "stand.hpp"

namespace fairlead::test {

/// A stand on the real engine; nothing of its project remains afterwards.
class DockerStand : public Stand {
public:
    DockerStand() : Stand("docker") {}
    DockerStand(const DockerStand&) = delete;
    DockerStand& operator=(const DockerStand&) = delete;
    ~DockerStand() {
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

    const RawEngine engine;
};

} // namespace fairlead::test
