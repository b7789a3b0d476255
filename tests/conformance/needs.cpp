// SPDX-License-Identifier: MIT
#include "needs.hpp"

#include <array>
#include <bit>
#include <fstream>

namespace fairlead::conformance {
namespace {

struct Condition {
    Need need;
    bool (*met)(const Setting&);
    std::string_view reason;
};

/// Whether this process, and so an engine beside it, can have every capability that the kernel has.
bool has_all_rights() {
    int last = 0;
    std::ifstream("/proc/sys/kernel/cap_last_cap") >> last;
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == "CapBnd:" && status >> word) {
            return std::popcount(std::stoull(word, nullptr, 16)) == last + 1;
        }
    }
    return false;
}

constexpr std::array conditions = {
    Condition{Need::processes, [](const Setting& s) { return !s.in_memory; },
              "an engine that runs processes is needed; the in-memory engine runs none"},
    Condition{Need::second_runtime, [](const Setting& s) { return s.capabilities.survives_host; },
              "the engine says that its containers live and die with the host process (survives_host)"},
    Condition{Need::registry,
              [](const Setting& s) { return s.capabilities.pulls_images && !s.registry.empty(); },
              "a registry is needed; name one by --registry (and the engine must say pulls_images)"},
    Condition{Need::builds, [](const Setting& s) { return s.capabilities.builds_images; },
              "the engine says that it builds no images (builds_images)"},
    Condition{Need::networks, [](const Setting& s) { return s.capabilities.networks; },
              "the engine says that it has no networks (networks)"},
    Condition{Need::volumes, [](const Setting& s) { return s.capabilities.volumes; },
              "the engine says that it has no volumes (volumes)"},
    Condition{Need::ports, [](const Setting& s) { return s.capabilities.publishes_ports; },
              "the engine says that it publishes no ports (publishes_ports)"},
    Condition{Need::restart_policies, [](const Setting& s) { return s.capabilities.restart_policies; },
              "the engine says that it has no restart policies (restart_policies)"},
    Condition{Need::probes_health, [](const Setting& s) { return s.capabilities.probes_health; },
              "the engine says that it runs no healthchecks by itself (probes_health)"},
    Condition{Need::memory_limits, [](const Setting& s) { return s.capabilities.memory_limits; },
              "the engine says that it cannot limit memory (memory_limits)"},
    Condition{Need::cpu_limits, [](const Setting& s) { return s.capabilities.cpu_limits; },
              "the engine says that it cannot limit processor time (cpu_limits)"},
    Condition{Need::pids_limits, [](const Setting& s) { return s.capabilities.pids_limits; },
              "the engine says that it cannot limit processes (pids_limits)"},
    Condition{Need::unreachable_options,
              [](const Setting& s) { return !s.backdoor.unreachable_options().empty(); },
              "the suite knows no options with which this engine is not there"},
    Condition{Need::all_rights, [](const Setting&) { return has_all_rights(); },
              "this machine withholds capabilities from root, so no engine can pass on all of them"},
};

} // namespace

std::string missing_for(Need needs, const Setting& setting) {
    for (const Condition& condition : conditions) {
        if (includes(needs, condition.need) && !condition.met(setting)) {
            return std::string(condition.reason);
        }
    }
    const bool by_command_line = setting.backdoor.available();
    const bool foreign = includes(needs, Need::foreign_container | Need::foreign_network);
    if ((foreign && !by_command_line && !setting.in_memory) ||
        (includes(needs, Need::engine_view) && !by_command_line)) {
        return setting.backdoor.reason();
    }
    return {};
}

} // namespace fairlead::conformance
