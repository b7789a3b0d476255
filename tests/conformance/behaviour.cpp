// SPDX-License-Identifier: MIT
#include "behaviour.hpp"

#include <fmt/format.h>

namespace fairlead::conformance {
namespace {

double seconds(std::chrono::milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

} // namespace

std::string shell_script(const Behaviour& behaviour) {
    // Process 1 ignores signals it has no handler for, so there always is one.
    std::string script = behaviour.ignore_stop
                             ? "trap '' TERM\n"
                             : fmt::format("trap 'exit {}' TERM\n", behaviour.stop_exit_code);
    for (const std::string& line : behaviour.lines) {
        script += fmt::format("echo '{}'\n", line);
    }
    for (const std::string& line : behaviour.error_lines) {
        script += fmt::format("echo '{}' >&2\n", line);
    }
    if (behaviour.healthy_after) {
        // In the container's own folder: not every engine gives it a /tmp of its own.
        script += fmt::format("(sleep {}; : >healthy) &\n", seconds(*behaviour.healthy_after));
    }
    if (behaviour.exit_after) {
        // In the background, since a shell handles a signal only between commands and in `wait`.
        if (behaviour.exit_after->count() > 0) {
            script += fmt::format("sleep {} & wait $!\n", seconds(*behaviour.exit_after));
        }
        return script + fmt::format("exit {}\n", behaviour.exit_code);
    }
    return script + "while :; do sleep 1000 & wait $!; done\n";
}

std::optional<HealthCheck> health_check(const Behaviour& behaviour) {
    if (!behaviour.healthy_after && !behaviour.never_healthy) {
        return {};
    }
    return HealthCheck{
        .test = {"CMD-SHELL", fmt::format("echo '{}'; test -e healthy", behaviour.probe_output)}};
}

testing::FakeServiceScript fake_script(const Behaviour& behaviour) {
    testing::FakeServiceScript script;
    for (const std::string& line : behaviour.lines) {
        script.logs.push_back({.source = LogSource::stdout_stream, .text = line});
    }
    for (const std::string& line : behaviour.error_lines) {
        script.logs.push_back({.source = LogSource::stderr_stream, .text = line});
    }
    script.exit_after = behaviour.exit_after;
    script.exit_code = behaviour.exit_code;
    script.ignore_stop_signal = behaviour.ignore_stop;
    script.stop_exit_code = behaviour.stop_exit_code;
    script.health_after = behaviour.healthy_after.value_or(std::chrono::milliseconds{0});
    script.never_healthy = behaviour.never_healthy;
    script.probe_output = behaviour.probe_output;
    return script;
}

} // namespace fairlead::conformance
