// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

#include "common/call.hpp"
#include "common/health_memory.hpp"
#include "common_names.hpp"
#include "containers.hpp"
#include "engine.hpp"
#include "event_hub.hpp"
#include "health_probe.hpp"

namespace fairlead::docker {

/// `ContainerRuntime::wait_healthy`: the engine's events and, meanwhile, the container's own check run at
/// a fast pace; the first success counts. Threads: any number.
class HealthWaiter {
public:
    HealthWaiter(Engine& engine, Containers& containers, EventHub& hub, HealthMemory& memory)
        : engine_(engine), containers_(containers), hub_(hub), memory_(memory), probe_(engine) {}

    Result<void> wait(const Call& call, const std::string& id, std::chrono::milliseconds timeout);

private:
    struct Attempt;
    enum class Step { healthy, keep_waiting };

    Result<Step> look(Attempt& attempt);
    Result<Step> probe(Attempt& attempt, const Inspection& container);
    Error ended(const Attempt& attempt, const Inspection& container);
    [[nodiscard]] Error timed_out(const Attempt& attempt) const;

    Engine& engine_;
    Containers& containers_;
    EventHub& hub_;
    HealthMemory& memory_;
    HealthProbe probe_;
};

} // namespace fairlead::docker
