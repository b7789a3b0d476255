// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <fairlead/container_spec.hpp>
#include <fairlead/testing/fake_script.hpp>

namespace fairlead::conformance {

/// What a container's process does: a shell script on engines that run processes, a script of the
/// in-memory engine on that one. So one case serves both.
struct Behaviour {
    /// Written at the start, to each stream.
    std::vector<std::string> lines{};
    std::vector<std::string> error_lines{};
    /// Ends by itself; absent: runs until it is stopped.
    std::optional<std::chrono::milliseconds> exit_after{};
    int exit_code = 0;
    bool ignore_stop = false;
    /// Exit code after a graceful stop; by default that of SIGTERM.
    int stop_exit_code = 143;
    /// Has a healthcheck, which passes from this time after the start on.
    std::optional<std::chrono::milliseconds> healthy_after{};
    /// Has a healthcheck, which passes never.
    bool never_healthy = false;
    /// What the check prints. No quotes in it.
    std::string probe_output = "probed";
};

/// As a shell script, without the healthcheck.
[[nodiscard]] std::string shell_script(const Behaviour& behaviour);

/// Absent without a healthcheck.
[[nodiscard]] std::optional<HealthCheck> health_check(const Behaviour& behaviour);

[[nodiscard]] testing::FakeServiceScript fake_script(const Behaviour& behaviour);

} // namespace fairlead::conformance
