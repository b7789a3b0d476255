// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <fairlead/event_stream.hpp>

#include "common/health_memory.hpp"
#include "common_names.hpp"
#include "containers.hpp"
#include "engine.hpp"
#include "health_probe.hpp"
#include "health_supervisor.hpp"

namespace fairlead::podman {

/// A project's events: those `podman events` tells, and changes of health, which it does not tell
/// reliably.
///
/// Subscribing is exact without waiting for podman: its events are kept in a log, and it is asked for
/// those since a moment that lies before `connect` returns.
class PodmanEvents final : public EventSource {
public:
    PodmanEvents(Engine& engine, Containers& containers, HealthProbe& probe, HealthMemory& memory,
                 std::string project);
    ~PodmanEvents() override;

    Result<void> connect(std::stop_token stop) override;
    Result<ContainerEvent> next(std::stop_token stop) override;

private:
    /// What one subscription has found, until it is taken.
    class Inbox {
    public:
        void push(ContainerEvent event);
        void close(Error error);
        Result<ContainerEvent> take(const Call& call);

    private:
        std::mutex mutex_;
        std::condition_variable_any changed_;
        std::deque<ContainerEvent> events_;
        std::optional<Error> closed_;
    };

    /// What one subscription consists of, in the order in which it has to end.
    struct Subscription {
        Subscription() = default;
        Subscription(const Subscription&) = delete;
        Subscription& operator=(const Subscription&) = delete;
        ~Subscription();

        Inbox inbox;
        std::unique_ptr<HealthSupervisor> health;
        std::jthread reader;
    };

    Result<Process> open(const Call& call, Timestamp since);
    void read(Subscription& subscription, Process first, Timestamp since, const std::stop_token& stop);
    Result<Finished> read_all(Subscription& subscription, const Call& call, Process& process,
                              Timestamp since, Timestamp& latest);
    void handle(Subscription& subscription, const EngineEvent& event);

    Engine& engine_;
    Containers& containers_;
    HealthProbe& probe_;
    HealthMemory& memory_;
    std::string project_;
    std::unique_ptr<Subscription> subscription_;
};

} // namespace fairlead::podman
