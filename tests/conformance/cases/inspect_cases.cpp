// SPDX-License-Identifier: MIT
#include <array>

#include "../bench.hpp"
#include "areas.hpp"

namespace fairlead::conformance {
namespace {

using std::chrono::milliseconds;

void exit_code(Bench& bench) {
    const ContainerId id =
        bench.start(bench.spec("main", {.exit_after = milliseconds{50}, .exit_code = 7}));
    bench.finish(id);
    const ContainerStatus status = bench.inspect(id);
    expect_equal(status.state, ContainerState::stopped, "the state");
    expect_equal(status.exit_code, 7, "the exit code");
    expect(!status.oom_killed, "it was not out of memory");
}

void killed(Bench& bench) {
    const ContainerId id = bench.start(bench.spec());
    value(bench.runtime().stop(id, milliseconds{0}, bench.stop()));
    expect_equal(bench.inspect(id).exit_code, 137, "the exit code");
}

void times(Bench& bench) {
    const auto before = std::chrono::system_clock::now();
    const ContainerId id = bench.start(bench.spec("main", {.exit_after = milliseconds{50}}));
    bench.finish(id);
    const ContainerStatus status = bench.inspect(id);
    expect(status.started_at.has_value() && status.finished_at.has_value(), "it has both times");
    // Engines on the same machine use its clock, but not all keep the nanoseconds.
    expect(status.created_at >= before - milliseconds{1000}, "it was not created before the call");
    expect(status.created_at <= *status.started_at, "it was created before it was started");
    expect(*status.started_at <= *status.finished_at, "it was started before it ended");
    expect(*status.finished_at <= std::chrono::system_clock::now() + milliseconds{1000},
           "it ended before now");
}

void image(Bench& bench) {
    const ContainerStatus status = bench.inspect(bench.start(bench.spec()));
    // Engines may add their default registry.
    expect_contains(status.image, bench.setting().image, "the image");
}

void out_of_memory(Bench& bench) {
    ContainerSpec spec = bench.shell("x=x; while :; do x=$x$x; done");
    spec.resources.memory = 16ULL << 20U;
    spec.resources.memory_swap = 16LL << 20U;
    const ContainerId id = bench.start(spec);
    bench.finish(id);
    expect(bench.inspect(id).oom_killed, "it was out of memory");
}

void restarts(Bench& bench) {
    EventStream events = value(bench.runtime().watch(bench.project(), bench.stop()));
    ContainerSpec spec = bench.spec("main", {.exit_after = milliseconds{0}, .exit_code = 3});
    spec.restart = {.mode = RestartMode::on_failure, .max_retries = 2};
    const ContainerId id = bench.start(spec);
    for (int run = 0; run < 3; ++run) {
        expect_equal(bench.await(events, ContainerEventKind::exited).exit_code, 3, "each exit code");
    }
    expect_equal(bench.inspect(id).restarts, 2, "the number of restarts");
}

void no_healthcheck(Bench& bench) {
    expect(!bench.inspect(bench.start(bench.spec())).has_healthcheck, "it has no healthcheck");
    ContainerSpec with = bench.spec("with", {.never_healthy = true});
    const ContainerStatus status = bench.inspect(bench.start(with));
    expect(status.has_healthcheck, "it has a healthcheck");
    expect_equal(status.state, ContainerState::starting, "the state before the check has passed");
    with = bench.spec("off", {.never_healthy = true});
    with.healthcheck->disabled = true;
    expect_equal(bench.inspect(bench.start(with)).state, ContainerState::running,
                 "the state with a disabled check");
}

void ports_while_running(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.network_mode = NetworkMode::networks;
    spec.ports = {{.container_port = 8080}};
    const ContainerId id = bench.start(spec);
    expect_equal(bench.inspect(id).ports.size(), 1U, "the number of ports while it runs");
    value(bench.runtime().stop(id, milliseconds{0}, bench.stop()));
    expect_equal(bench.inspect(id).ports.size(), 0U, "the number of ports once stopped");
}

constexpr std::array cases = {
    Case{"inspect/exit-code", "a process's exit code is reported", Need::nothing, exit_code},
    Case{"inspect/killed", "a process killed by signal N reports 128 + N", Need::nothing, killed},
    Case{"inspect/times", "created, started and finished follow each other", Need::nothing, times},
    Case{"inspect/image", "the image is reported", Need::nothing, image},
    Case{"inspect/out-of-memory", "a process killed for its memory is reported as such",
         Need::processes | Need::memory_limits, out_of_memory},
    Case{"inspect/restarts", "restarts by the engine's policy are counted", Need::restart_policies,
         restarts},
    Case{"inspect/healthcheck", "has_healthcheck says whether a healthcheck is in force", Need::nothing,
         no_healthcheck},
    Case{"inspect/ports", "ports are reported while it runs, and no longer", Need::ports | Need::networks,
         ports_while_running},
};

} // namespace

std::span<const Case> inspect_cases() {
    return cases;
}

} // namespace fairlead::conformance
