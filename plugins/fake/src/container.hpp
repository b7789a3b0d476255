// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fairlead/container_id.hpp>
#include <fairlead/container_spec.hpp>
#include <fairlead/container_status.hpp>
#include <fairlead/testing/fake_script.hpp>

#include "log_buffer.hpp"
#include "scheduler.hpp"

namespace fairlead::fake {

/// A healthcheck with the engine's defaults filled in.
struct HealthPlan {
    std::chrono::nanoseconds interval{std::chrono::seconds{30}};
    std::chrono::nanoseconds start_period{0};
    int retries = 3;
    HealthPace pace = HealthPace::eager;
};

enum class Phase {
    created,
    running,
    /// It has ended and the restart policy is about to start it again.
    restarting,
    stopped,
    /// Gone from the engine; somebody still reads its log or waits for it.
    removed,
};

enum class Health { starting, healthy, unhealthy };

/// What the engine keeps of one container. Guarded by the engine's lock.
struct Container {
    ContainerId id;
    std::string name;
    /// Empty for one that is not fairlead's.
    std::string project;
    std::string service;
    std::string image;
    std::map<std::string, std::string> labels;
    std::vector<PortMapping> ports;
    std::vector<std::string> networks;
    std::vector<std::string> volumes;
    std::optional<HealthPlan> check;
    RestartPolicy restart;
    int stop_signal = 15;
    std::shared_ptr<const testing::FakeServiceScript> script;

    Phase phase = Phase::created;
    Health health = Health::starting;
    std::string health_output;
    std::optional<int> exit_code;
    bool oom_killed = false;
    int restarts = 0;
    /// Runs that have ended by the script's `exit_after`.
    int scripted_exits = 0;
    /// A stop has been asked for, so the restart policy is off.
    bool stopping = false;
    /// It died with the engine and comes back with it.
    bool restart_on_return = false;
    std::chrono::nanoseconds backoff{0};
    Timestamp created_at{};
    std::optional<Timestamp> started_at;
    std::optional<Timestamp> finished_at;
    std::vector<PublishedPort> published;

    /// What is due for it; none outlives the run, let alone the container.
    std::vector<Scheduler::Timer> timers;
    std::vector<Scheduler::Timer> health_timers;
    /// Woken by every change of phase and health.
    WaitList waiters;
    LogBuffer log;
};

/// It will not run again by itself.
[[nodiscard]] inline bool is_over(const Container& container) {
    return container.phase == Phase::stopped || container.phase == Phase::removed;
}

[[nodiscard]] ContainerStatus status_of(const Container& container);

} // namespace fairlead::fake
