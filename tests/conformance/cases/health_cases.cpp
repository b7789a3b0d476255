// SPDX-License-Identifier: MIT
#include <array>

#include "../bench.hpp"
#include "areas.hpp"

namespace fairlead::conformance {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds ample = seconds{60};

milliseconds since(Clock::time_point begin) {
    return std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
}

std::string attached(const Error& error) {
    std::string text;
    for (const Attachment& attachment : error.attachments) {
        text += attachment.text;
    }
    return text;
}

void without_check(Bench& bench) {
    const ContainerId id = bench.start(bench.spec());
    value(bench.runtime().wait_healthy(id, ample, bench.stop()));
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state");
}

void disabled_check(Bench& bench) {
    ContainerSpec spec = bench.spec("main", {.never_healthy = true});
    spec.healthcheck->disabled = true;
    value(bench.runtime().wait_healthy(bench.start(spec), ample, bench.stop()));
}

void slow(Bench& bench) {
    const auto begin = Clock::now();
    const ContainerId id = bench.start(bench.spec("main", {.healthy_after = milliseconds{400}}));
    value(bench.runtime().wait_healthy(id, ample, bench.stop()));
    expect(since(begin) >= milliseconds{390}, "it was not healthy before its check passed");
    expect_less(since(begin), seconds{15}, "the time to be healthy, with an interval of 30 s");
    expect_equal(bench.inspect(id).state, ContainerState::healthy, "the state from then on");
}

void already_healthy(Bench& bench) {
    const ContainerId id = bench.start(bench.spec("main", {.healthy_after = milliseconds{0}}));
    value(bench.runtime().wait_healthy(id, no_timeout, bench.stop()));
    value(bench.runtime().wait_healthy(id, no_timeout, bench.stop()));
}

void failing(Bench& bench) {
    const ContainerId id = bench.start(
        bench.spec("main", {.never_healthy = true, .probe_output = "the tables are missing"}));
    const auto begin = Clock::now();
    const Error error =
        error_of(bench.runtime().wait_healthy(id, milliseconds{1500}, bench.stop()), Errc::timeout);
    expect(since(begin) >= milliseconds{1490}, "the timeout was waited for");
    expect_contains(attached(error), "the tables are missing", "the attached output of the last probe");
}

void flapping(Bench& bench) {
    ContainerSpec spec = bench.spec("main", {.healthy_after = milliseconds{2000}});
    spec.healthcheck->interval = milliseconds{100};
    spec.healthcheck->retries = 1;
    EventStream events = value(bench.runtime().watch(bench.project(), bench.stop()));
    const ContainerId id = bench.start(spec);
    bench.await(events, ContainerEventKind::unhealthy);
    value(bench.runtime().wait_healthy(id, ample, bench.stop()));
}

void exits_first(Bench& bench) {
    ContainerSpec spec = bench.spec("main", {.lines = {"loading", "no space left"},
                                             .exit_after = milliseconds{300},
                                             .exit_code = 9,
                                             .never_healthy = true});
    const Error error =
        error_of(bench.runtime().wait_healthy(bench.start(spec), ample, bench.stop()), Errc::exited);
    expect_contains(error.message, "9", "the message");
    expect_contains(attached(error), "no space left", "the attached last log lines");
}

void exited_before(Bench& bench) {
    const ContainerId id =
        bench.start(bench.spec("main", {.exit_after = milliseconds{0}, .exit_code = 4}));
    bench.finish(id);
    const Error error = error_of(bench.runtime().wait_healthy(id, ample, bench.stop()), Errc::exited);
    expect_contains(error.message, "4", "the message");
}

void removed_meanwhile(Bench& bench) {
    const ContainerSpec spec = bench.spec("main", {.never_healthy = true});
    const ContainerId id = bench.start(spec);
    Result<void> waited;
    {
        const std::jthread waiter(
            [&] { waited = bench.runtime().wait_healthy(id, ample, bench.stop()); });
        value(bench.runtime().remove(container_name(spec), bench.stop()));
    }
    expect(!waited && (waited.error().code == Errc::not_found || waited.error().code == Errc::exited),
           "the wait ends with not_found or exited");
}

void engine_pace(Bench& bench) {
    ContainerSpec spec = bench.spec("main", {.healthy_after = milliseconds{0}});
    spec.health_pace = HealthPace::engine;
    // The first probe comes after the interval of 30 s: until then nobody may call it healthy.
    error_of(bench.runtime().wait_healthy(bench.start(spec), milliseconds{1500}, bench.stop()),
             Errc::timeout);
}

void engine_pace_passes(Bench& bench) {
    ContainerSpec spec = bench.spec("main", {.healthy_after = milliseconds{0}});
    spec.health_pace = HealthPace::engine;
    spec.healthcheck->interval = milliseconds{300};
    const ContainerId id = bench.start(spec);
    value(bench.runtime().wait_healthy(id, ample, bench.stop()));
    expect_equal(bench.inspect(id).state, ContainerState::healthy, "the state");
}

void turns_unhealthy(Bench& bench) {
    ContainerSpec spec = bench.spec("main", {.never_healthy = true, .probe_output = "the disk is full"});
    spec.healthcheck->interval = milliseconds{200};
    spec.healthcheck->retries = 2;
    EventStream events = value(bench.runtime().watch(bench.project(), bench.stop()));
    const ContainerId id = bench.start(spec);
    bench.await(events, ContainerEventKind::unhealthy);
    const ContainerStatus status = bench.inspect(id);
    expect_equal(status.state, ContainerState::unhealthy, "the state");
    expect_contains(status.health_output, "the disk is full", "the output of the last probe");
}

void healthy_event(Bench& bench) {
    EventStream events = value(bench.runtime().watch(bench.project(), bench.stop()));
    ContainerSpec spec = bench.spec("main", {.healthy_after = milliseconds{0}});
    spec.healthcheck->interval = milliseconds{200};
    const ContainerId id = bench.start(spec);
    expect_equal(bench.await(events, ContainerEventKind::healthy).id, id, "the id of the healthy one");
    expect_equal(bench.inspect(id).state, ContainerState::healthy, "the state");
}

void argument_form(Bench& bench) {
    ContainerSpec spec = bench.spec();
    // No shell: one would expand the variable and split the words.
    spec.healthcheck = HealthCheck{.test = {"CMD", "test", "$HOME and more", "=", "$HOME and more"}};
    value(bench.runtime().wait_healthy(bench.start(spec), ample, bench.stop()));
}

void shell_form(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.environment["GREETING"] = "it's \"here\"";
    spec.healthcheck = HealthCheck{.test = {"CMD-SHELL", "test \"$GREETING\" = \"it's \\\"here\\\"\""}};
    value(bench.runtime().wait_healthy(bench.start(spec), ample, bench.stop()));
}

void hanging_probe(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.healthcheck = HealthCheck{.test = {"CMD", "sleep", "1000"}};
    const auto begin = Clock::now();
    error_of(bench.runtime().wait_healthy(bench.start(spec), milliseconds{1000}, bench.stop()),
             Errc::timeout);
    expect_less(since(begin), seconds{8}, "the time of a wait of 1 s with a probe that hangs");
}

void user_of_probe(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.user = "1234:2345";
    spec.healthcheck = HealthCheck{.test = {"CMD-SHELL", "test \"$(id -u):$(id -g)\" = 1234:2345"}};
    value(bench.runtime().wait_healthy(bench.start(spec), ample, bench.stop()));
}

constexpr std::array cases = {
    Case{"health/no-check", "without a healthcheck wait_healthy returns once it runs", Need::nothing,
         without_check},
    Case{"health/disabled", "a disabled healthcheck is none", Need::nothing, disabled_check},
    Case{"health/slow", "a check that passes late is seen soon, whatever its interval", Need::nothing,
         slow},
    Case{"health/already", "a healthy container is not waited for, and no_timeout is a timeout",
         Need::nothing, already_healthy},
    Case{"health/failing", "a check that fails ends in timeout, with the last probe's output",
         Need::nothing, failing},
    Case{"health/flapping", "an unhealthy container is waited for, since it may recover",
         Need::processes | Need::probes_health, flapping},
    Case{"health/exits-first", "a container that ends first is exited, with its code and last log lines",
         Need::nothing, exits_first},
    Case{"health/exited-before", "waiting for a container that has ended is exited", Need::nothing,
         exited_before},
    Case{"health/removed", "waiting for a container that is removed ends", Need::nothing,
         removed_meanwhile},
    Case{"health/engine-pace", "at the engine's pace nobody probes before the interval", Need::nothing,
         engine_pace},
    Case{"health/engine-pace-passes", "at the engine's pace the engine's probes count",
         Need::probes_health, engine_pace_passes},
    Case{"health/turns-unhealthy", "a check that fails too often is unhealthy, with its output",
         Need::probes_health, turns_unhealthy},
    Case{"health/event", "the engine's own probes report healthy by an event", Need::probes_health,
         healthy_event},
    Case{"health/argument-form", "a CMD test is run without a shell", Need::processes, argument_form},
    Case{"health/shell-form", "a CMD-SHELL test is run by a shell, in the container's environment",
         Need::processes, shell_form},
    Case{"health/hanging-probe", "a probe that hangs does not hold up the timeout", Need::processes,
         hanging_probe},
    Case{"health/user", "a probe runs as the container's user", Need::processes, user_of_probe},
};

} // namespace

std::span<const Case> health_cases() {
    return cases;
}

} // namespace fairlead::conformance
