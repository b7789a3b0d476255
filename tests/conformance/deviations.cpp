// SPDX-License-Identifier: MIT
#include "deviations.hpp"

#include <array>

namespace fairlead::conformance {
namespace {

constexpr std::array docker = {
    Deviation{
        "logs/invalid-utf8",
        "the daemon's log driver json-file stores text as JSON and replaces bytes that are not UTF-8"},
    Deviation{.case_id = "inspect/out-of-memory",
              .reason = "the daemon hears of the kill and of the end from two sources, and when the end "
                        "comes first it says OOMKilled false",
              .sometimes = true},
};

constexpr std::array podman = {
    Deviation{.case_id = "inspect/out-of-memory",
              .reason = "on cgroup version 1 conmon ends with the container and often does not hear why, "
                        "so podman says OOMKilled false",
              .sometimes = true},
    Deviation{.case_id = "stop/crash-loop",
              .reason =
                  "between two runs of a restart policy there is no process, and `podman stop` then "
                  "stops nothing and says nothing",
              .sometimes = true},
};

} // namespace

std::span<const Deviation> deviations_of(std::string_view runtime) {
    if (runtime == "docker") {
        return docker;
    }
    if (runtime == "podman") {
        return podman;
    }
    return {};
}

} // namespace fairlead::conformance
