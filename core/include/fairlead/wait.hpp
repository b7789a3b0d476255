// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include <fairlead/container_id.hpp>
#include <fairlead/container_spec.hpp>
#include <fairlead/error.hpp>
#include <fairlead/export.hpp>
#include <fairlead/runtime.hpp>

/// Waiting for more than health, for images that have no healthcheck. It is done from outside, through
/// published ports and logs, and so works on any engine.
namespace fairlead {

/// The container is healthy, or running if it has no healthcheck: `ContainerRuntime::wait_healthy`.
struct Healthy {
    bool operator==(const Healthy&) const = default;
};

/// A published TCP port accepts a connection and does not close it at once. Engines whose proxy accepts
/// before the container listens close it then, so a connection counts once it has stayed open for 100 ms
/// or has brought data.
struct PortOpen {
    std::uint16_t container_port = 0;

    bool operator==(const PortOpen&) const = default;
};

/// A published port answers `GET path` over HTTP/1.1 without TLS. Redirections are not followed.
struct HttpStatus {
    std::uint16_t container_port = 0;
    std::string path = "/";
    /// Absent: any from 200 to 399.
    std::optional<int> status{};

    bool operator==(const HttpStatus&) const = default;
};

/// A line of the output, of either stream, from the container's first on, matches.
struct LogLine {
    /// A Perl regular expression, found anywhere in the line.
    std::string pattern;
    /// How many lines must match.
    int times = 1;

    bool operator==(const LogLine&) const = default;
};

/// A command in the container succeeds. It becomes the container's healthcheck: `prepare` must put it
/// into the spec before the start. Then it is as good as one from the stack file, for dependents too.
struct CommandSucceeds {
    std::vector<std::string> command;

    bool operator==(const CommandSucceeds&) const = default;
};

using WaitCondition = std::variant<Healthy, PortOpen, HttpStatus, LogLine, CommandSucceeds>;

/// When a container counts as ready: once every condition has been met.
struct Wait {
    std::vector<WaitCondition> all_of{};
    /// For all of them together; may be `no_timeout`.
    std::chrono::milliseconds timeout = std::chrono::seconds{60};

    bool operator==(const Wait&) const = default;
};

/// Puts into the spec what the wait needs there: a command becomes its healthcheck, in place of the
/// image's.
///
/// Errors: `invalid_spec` for a condition that nothing can meet (no port, a malformed pattern or path, a
/// negative timeout), for two commands, and for a command where the spec has a healthcheck.
/// Never blocks; threads: any.
[[nodiscard]] FAIRLEAD_API Result<void> prepare(const Wait& wait, ContainerSpec& spec);

/// Effect: none on the container but connections and requests to its ports, and the probes of
/// `wait_healthy`. Returns once each condition has been met, one after the other. A port is tried again
/// 25 ms after the last attempt has ended, less and less often, up to every 500 ms; output is read as it
/// comes.
/// Absent: `not_found`.
/// Errors: `exited` when the container ends first (and its engine will not start it again), with its
/// exit code in the message and its last log lines attached; a log line that it has written before
/// counts. `timeout`, with what was seen last in the message and the last log lines attached.
/// `invalid_spec` as for `prepare`, and for a port that is not published.
/// Blocking: up to the wait's timeout, in real time even where the engine's time is virtual;
/// cancellable within 100 ms. A loss of the engine does not end the waiting for a port.
/// Threads: any.
[[nodiscard]] FAIRLEAD_API Result<void> wait_for(ContainerRuntime& runtime, const ContainerId& id,
                                                 const Wait& wait, std::stop_token stop = {});

} // namespace fairlead
