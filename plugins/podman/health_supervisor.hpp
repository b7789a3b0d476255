// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include <fairlead/event_stream.hpp>

#include "common/health_memory.hpp"
#include "common_names.hpp"
#include "containers.hpp"
#include "health_probe.hpp"

namespace fairlead::podman {

/// Watches the health of a project's containers and reports its changes. Where no systemd runs podman's
/// timers, it has podman run each check at the check's own interval.
///
/// What it is told it sees to in a thread of its own, so that whoever reads events is not held up.
/// Threads: any number; `report` is called in several.
class HealthSupervisor {
public:
    using Report = std::function<void(ContainerEvent)>;

    HealthSupervisor(Engine& engine, Containers& containers, HealthProbe& probe, HealthMemory& memory,
                     std::string project, Report report);
    HealthSupervisor(const HealthSupervisor&) = delete;
    HealthSupervisor& operator=(const HealthSupervisor&) = delete;
    ~HealthSupervisor();

    /// Asks everything under way to end; the destructor then waits for it.
    void request_end();

    /// Looks after the containers that run already.
    void begin();

    /// It has started; its health is unknown again.
    void started(const ContainerId& id);

    /// It has ended.
    void ended(const ContainerId& id);

    /// Its check has run, at whoever's wish.
    void checked(const ContainerId& id);

private:
    void later(std::function<void()> work);
    void work_off(const std::stop_token& stop);
    void survey();
    void take_up(const ContainerId& id);
    void let_go(const ContainerId& id);
    void watch_over(const Inspection& inspection);
    void run_checks(const ContainerId& id, std::chrono::milliseconds interval,
                    const std::stop_token& stop);
    bool look(const Call& call, const ContainerId& id);

    Containers& containers_;
    HealthProbe& probe_;
    HealthMemory& memory_;
    const std::string project_;
    const Report report_;
    const bool runs_checks_;
    std::stop_source ending_;

    std::mutex mutex_;
    std::map<ContainerId, ContainerState> known_;
    std::map<ContainerId, std::jthread> checking_;
    std::condition_variable_any changed_;
    std::deque<std::function<void()>> work_;
    /// Last, so that it begins when all else is there.
    std::jthread worker_;
};

} // namespace fairlead::podman
