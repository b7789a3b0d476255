// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "status_json.hpp"

namespace fairlead::podman {

/// What this process's own probes have found before podman knows it. Threads: any number.
class HealthMemory {
public:
    /// This run of the container was found healthy, with what its check printed.
    void remember(const Inspection& inspection, std::string output);

    /// Says `healthy` where podman still says `starting` and this run was found healthy. Forgets what no
    /// longer holds: podman's own verdict, another run, an end.
    void apply(Inspection& inspection);

private:
    struct Verdict {
        std::string started;
        std::string output;
    };

    std::mutex mutex_;
    std::map<ContainerId, Verdict> healthy_;
};

} // namespace fairlead::podman
