// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <fairlead/container_status.hpp>

namespace fairlead::plugin {

/// What this process's own probes have found, which the engine does not know: without it an `inspect`
/// after `wait_healthy` would say `starting` until the engine's first probe. Threads: any number.
class HealthMemory {
public:
    /// Whose output goes with a verdict that the engine has not reached yet.
    enum class Output {
        /// The engine's, from an earlier probe, where there is one.
        engine_first,
        /// That of the probe which found the container healthy.
        own,
    };

    explicit HealthMemory(Output output) : output_(output) {}

    /// The run of the container that began at `started`, as the engine writes it, was found healthy, with
    /// what its check printed.
    void remember(const ContainerId& container, std::string started, std::string output);

    /// Says `healthy` where the engine still says `starting` and this run was found healthy. Forgets what
    /// no longer holds: the engine's verdict, another run, an end.
    void apply(ContainerStatus& status, std::string_view started);

private:
    struct Verdict {
        std::string started;
        std::string output;
    };

    const Output output_;
    std::mutex mutex_;
    std::map<ContainerId, Verdict> healthy_;
};

} // namespace fairlead::plugin
