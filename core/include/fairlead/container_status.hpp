// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/container_id.hpp>
#include <fairlead/container_spec.hpp>
#include <fairlead/export.hpp>

namespace fairlead {

/// An engine's time: UTC, in nanoseconds.
using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Where a container is. Paused counts as what it was before; being restarted counts as starting.
enum class ContainerState {
    /// Created, or running with a healthcheck that has not passed yet.
    starting,
    /// Running, without a healthcheck.
    running,
    /// Running, and its healthcheck passes.
    healthy,
    /// Running, and its healthcheck has failed too often.
    unhealthy,
    /// Its process has ended.
    stopped,
};

[[nodiscard]] FAIRLEAD_API std::string_view to_string(ContainerState state) noexcept;
[[nodiscard]] FAIRLEAD_API std::string_view to_string(Protocol protocol) noexcept;

/// A port as it is reachable now.
struct PublishedPort {
    std::string host_ip;
    std::uint16_t host_port = 0;
    std::uint16_t container_port = 0;
    Protocol protocol = Protocol::tcp;

    bool operator==(const PublishedPort&) const = default;
};

/// `127.0.0.1:8080->80/tcp`, with brackets around an IPv6 address.
[[nodiscard]] FAIRLEAD_API std::string to_string(const PublishedPort& port);

/// The same for several, separated by commas.
[[nodiscard]] FAIRLEAD_API std::string to_string(const std::vector<PublishedPort>& ports);

/// What an engine knows of one container, at one moment.
struct ContainerStatus {
    ContainerId id;
    /// Without a leading slash or other ornament of the engine.
    std::string name;
    std::string project;
    std::string service;
    std::string image;
    ContainerState state = ContainerState::starting;
    /// Whether a healthcheck is in force, the image's included.
    bool has_healthcheck = false;
    /// Set once stopped. A process killed by signal N reports 128 + N.
    std::optional<int> exit_code;
    bool oom_killed = false;
    /// How often the engine's restart policy has started it again.
    int restarts = 0;
    Timestamp created_at{};
    std::optional<Timestamp> started_at;
    std::optional<Timestamp> finished_at;
    /// Empty unless running.
    std::vector<PublishedPort> ports;
    /// What the last health probe printed, ours or the engine's.
    std::string health_output;
    std::map<std::string, std::string> labels;
};

} // namespace fairlead
