// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "common/call.hpp"
#include "common/turnstile.hpp"
#include "common_names.hpp"
#include "engine.hpp"
#include "status_json.hpp"

namespace fairlead::docker {

/// What one run of a container's check came to.
struct ProbeResult {
    enum class Verdict {
        passed,
        failed,
        /// It did not end within the check's timeout; its process may still be there.
        timed_out,
        /// The container does not run, so there is nothing to probe.
        not_running,
    };
    Verdict verdict = Verdict::failed;
    /// What it printed, at most 4 KiB.
    std::string output;
};

/// Runs containers' own checks the way the engine does: in the container, as its user, with its
/// environment and working directory. A probe costs the engine real work, so only a few run at once.
/// Threads: any number.
class HealthProbe {
public:
    explicit HealthProbe(Engine& engine) : engine_(engine) {}

    /// Errors: those of the engine; `cancelled`; `timeout` when `deadline` passes first.
    Result<ProbeResult> run(const Call& call, const Inspection& container, Clock::time_point deadline);

private:
    Result<std::string> create(const Call& call, const Inspection& container);
    Result<ProbeResult> read(const Call& call, const std::string& exec, Clock::time_point deadline);

    static constexpr std::size_t at_once = 3;

    Engine& engine_;
    Turnstile turnstile_{at_once};
};

} // namespace fairlead::docker
