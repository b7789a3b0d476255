// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fairlead/container_status.hpp>
#include <fairlead/event_stream.hpp>

#include "common/json.hpp"
#include "common_names.hpp"

/// What podman's JSON says. Its shape differs between 4.3 and 5.x, which is dealt with here and nowhere
/// else.
namespace fairlead::podman {

/// A container as `podman inspect` shows it: its status, and what only the plugin needs.
struct Inspection {
    ContainerStatus status;
    /// It carries fairlead's labels.
    bool ours = false;
    bool running = false;
    /// Podman's restart policy starts it again whenever it ends by itself.
    bool restarts_by_itself = false;
    /// It has ended, and podman has yet to take notice, when it will follow that policy.
    bool between_runs = false;
    /// As podman writes it; tells two runs of one container apart.
    std::string started;
    /// Name or number.
    std::string stop_signal;
    /// The check as a command line, to be executed in the container; empty: there is no check.
    std::vector<std::string> health_command;
    std::chrono::nanoseconds health_interval{0};
    std::chrono::nanoseconds health_timeout{0};
    /// Conmon's log file; empty when the log is kept in another way.
    std::string log_file;
    /// The process that keeps the log; 0 when there is none.
    int conmon = 0;
    /// The pace that the container's label asks for.
    HealthPace pace = HealthPace::eager;
};

[[nodiscard]] Inspection read_inspection(const Json& json);

/// A line of `podman events --format json`.
struct EngineEvent {
    /// `start`, `died`, `remove`, `health_status`, …
    std::string kind;
    ContainerId id;
    std::string name;
    std::string service;
    Timestamp time{};
    int exit_code = 0;
};

/// Nothing when the line is not an event.
[[nodiscard]] std::optional<EngineEvent> read_event(std::string_view line);

/// Nothing for what is no event of the contract's.
[[nodiscard]] std::optional<ContainerEventKind> contract_kind(const EngineEvent& event);

} // namespace fairlead::podman
