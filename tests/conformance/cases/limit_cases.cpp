// SPDX-License-Identifier: MIT
#include <array>

#include "../bench.hpp"
#include "areas.hpp"

/// Limits, read from the container's own cgroup: version 2 or version 1, whichever the machine has.
namespace fairlead::conformance {
namespace {

std::string read_either(const std::string& version2, const std::string& version1) {
    return "cat /sys/fs/cgroup/" + version2 + " 2>/dev/null || cat /sys/fs/cgroup/" + version1;
}

void memory(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.resources.memory = 64ULL << 20U;
    expect_equal(bench.inside(spec, read_either("memory.max", "memory/memory.limit_in_bytes")),
                 "67108864", "the limit of memory");
}

void memory_swap(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.resources.memory = 64ULL << 20U;
    spec.resources.memory_swap = 96LL << 20U;
    const auto started = bench.runtime().start(spec, bench.stop());
    if (!started) {
        // A kernel without swap accounting: a limit that cannot be honoured is refused by name.
        error_of(started, Errc::unsupported);
        return;
    }
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    // Version 2 counts swap alone, version 1 memory and swap together.
    const std::string limit =
        bench.inside(spec, read_either("memory.swap.max", "memory/memory.memsw.limit_in_bytes"));
    expect(limit == "33554432" || limit == "100663296", "the limit of memory and swap: " + limit);
}

void memory_reservation(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.resources.memory_reservation = 32ULL << 20U;
    expect_equal(bench.inside(spec, read_either("memory.low", "memory/memory.soft_limit_in_bytes")),
                 "33554432", "the reserved memory");
}

void cpus(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.resources.cpus = 0.5;
    expect_equal(bench.inside(spec, "cat /sys/fs/cgroup/cpu.max 2>/dev/null || "
                                    "echo $(cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us "
                                    "/sys/fs/cgroup/cpu/cpu.cfs_period_us)"),
                 "50000 100000", "quota and period of processor time");
}

void pids(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.resources.pids = 23;
    expect_equal(bench.inside(spec, read_either("pids.max", "pids/pids.max")), "23",
                 "the limit of processes");
}

void shm_size(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.resources.shm_size = 3ULL << 20U;
    expect_equal(bench.inside(spec, "df -k /dev/shm | tail -n 1 | awk '{print $2}'"), "3072",
                 "the size of /dev/shm in KiB");
}

void ulimits(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.resources.ulimits = {{.name = "nofile", .soft = 123, .hard = 456},
                              {.name = "nproc", .soft = 234, .hard = 345}};
    expect_equal(
        bench.inside(
            spec,
            "ulimit -Sn; ulimit -Hn; grep processes /proc/self/limits | tr -s ' ' | cut -d' ' -f3-4"),
        "123\n456\n234 345", "soft and hard limit of files and of processes");
}

constexpr std::array cases = {
    Case{"limits/memory", "memory is the cgroup's limit", Need::processes | Need::memory_limits, memory},
    Case{"limits/memory-swap", "memory_swap limits memory plus swap, or is refused",
         Need::processes | Need::memory_limits, memory_swap},
    Case{"limits/memory-reservation", "memory_reservation is the cgroup's soft limit",
         Need::processes | Need::memory_limits, memory_reservation},
    Case{"limits/cpus", "cpus is the cgroup's quota", Need::processes | Need::cpu_limits, cpus},
    Case{"limits/pids", "pids is the cgroup's limit", Need::processes | Need::pids_limits, pids},
    Case{"limits/shm-size", "shm_size is the size of /dev/shm", Need::processes, shm_size},
    Case{"limits/ulimits", "ulimits are the process's limits", Need::processes, ulimits},
};

} // namespace

std::span<const Case> limit_cases() {
    return cases;
}

} // namespace fairlead::conformance
