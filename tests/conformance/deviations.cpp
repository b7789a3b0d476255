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
              .reason =
                  "on 20.10 the daemon now and then says OOMKilled false of such a process; the cause is "
                  "not established",
              .sometimes = true},
};

constexpr std::array podman = {
    Deviation{
        .case_id = "inspect/out-of-memory",
        .reason =
            "on 4.3 with cgroup version 1 podman itself often says OOMKilled false; probably conmon "
            "ends with the container before it hears why",
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
