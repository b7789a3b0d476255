// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/call.hpp"
#include "common/json.hpp"
#include "common_names.hpp"
#include "launcher.hpp"
#include "options.hpp"

namespace fairlead::podman {

/// The podman command line, with the options' global arguments before every subcommand.
///
/// Errors of every function: `unavailable` when podman is not there or does not finish in time;
/// `cancelled`.
/// Threads: any number at once.
class Engine {
public:
    explicit Engine(const Options& options);

    /// Runs it to its end, whatever its exit code. Without a deadline it has the ordinary time.
    Result<Finished> run(const Call& call, std::vector<std::string> arguments);
    Result<Finished> run(const Call& call, Command command, Clock::time_point deadline,
                         const PieceObserver& observer = {});

    /// Its stdout, when it succeeds; otherwise `engine_error`.
    Result<std::string> ask(const Call& call, std::vector<std::string> arguments);

    /// Starts it without waiting.
    Result<Process> open(const Call& call, Command command);

    /// Whether the containers are on another machine, or seem so.
    [[nodiscard]] bool is_remote() const noexcept { return remote_; }

    /// Whether systemd runs the healthchecks' timers. A remote service is taken to have it.
    [[nodiscard]] bool has_health_timers() const;

    /// Whether limits of memory, processor time and processes are in force: without root podman ignores
    /// them where the machine has cgroup version 1.
    [[nodiscard]] bool limits_resources() const;

private:
    [[nodiscard]] Command complete(Command command) const;

    std::vector<std::string> global_;
    bool remote_;
    Launcher launcher_;
};

/// The members of the JSON array that podman printed; none when it printed none.
[[nodiscard]] Result<Json> read_array(const Call& call, std::string_view text);

} // namespace fairlead::podman
