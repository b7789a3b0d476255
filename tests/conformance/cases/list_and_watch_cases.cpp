// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "../bench.hpp"
#include "areas.hpp"

namespace fairlead::conformance {
namespace {

using std::chrono::milliseconds;

void all_of_the_project(Bench& bench) {
    bench.start(bench.spec("c"));
    const ContainerId ended =
        bench.start(bench.spec("a", {.exit_after = milliseconds{0}, .exit_code = 6}));
    bench.finish(ended);
    bench.start(bench.spec("b"));
    ContainerSpec other = bench.spec("other");
    other.project = bench.other_project();
    bench.start(other);
    const auto listed = value(bench.runtime().list(bench.project(), bench.stop()));
    std::vector<std::string> names;
    for (const ContainerStatus& each : listed) {
        names.push_back(each.name);
    }
    const std::string& project = bench.project();
    expect_equal(names, std::vector{project + ".a", project + ".b", project + ".c"},
                 "the names, in order");
    expect_equal(listed[0].state, ContainerState::stopped, "the state of the one that has ended");
    expect_equal(listed[0].exit_code, 6, "its exit code");
}

void all_projects(Bench& bench) {
    bench.start(bench.spec("b"));
    ContainerSpec other = bench.spec("a");
    other.project = bench.other_project();
    bench.start(other);
    std::vector<std::string> names;
    for (const ContainerStatus& each : value(bench.runtime().list_all(bench.stop()))) {
        expect(!each.project.empty(), "each says which project it belongs to");
        // Others may be at work on this engine.
        if (each.project == bench.project() || each.project == bench.other_project()) {
            names.push_back(each.name);
        }
    }
    std::vector expected{bench.project() + ".b", bench.other_project() + ".a"};
    std::ranges::sort(expected);
    expect_equal(names, expected, "the names, in order");
}

void same_as_inspect(Bench& bench) {
    ContainerSpec spec = bench.spec("main", {.healthy_after = milliseconds{0}});
    spec.labels = {{"org.example", "value"}};
    const ContainerId id = bench.start(spec);
    value(bench.runtime().wait_healthy(id, std::chrono::seconds{60}, bench.stop()));
    const ContainerStatus inspected = bench.inspect(id);
    const ContainerStatus listed = value(bench.runtime().list(bench.project(), bench.stop())).at(0);
    expect_equal(listed.id, inspected.id, "the id");
    expect_equal(listed.name, inspected.name, "the name");
    expect_equal(listed.project, inspected.project, "the project");
    expect_equal(listed.service, inspected.service, "the service");
    expect_equal(listed.image, inspected.image, "the image");
    expect_equal(listed.state, inspected.state, "the state");
    expect_equal(listed.has_healthcheck, inspected.has_healthcheck, "whether it has a healthcheck");
    expect(listed.created_at == inspected.created_at, "the time of creation is the same");
    expect(listed.started_at == inspected.started_at, "the time of the start is the same");
    expect(listed.labels == inspected.labels, "the labels are the same");
}

void not_foreign(Bench& bench) {
    bench.foreign_container(bench.project() + ".foreign");
    bench.expect_nothing_left();
}

void second_runtime_lists(Bench& bench) {
    const ContainerId id = bench.start(bench.spec());
    const auto other = bench.another_runtime();
    const auto listed = value(other->list(bench.project(), bench.stop()));
    expect_equal(listed.size(), 1U, "the number of containers that the other runtime sees");
    expect_equal(listed[0].id, id, "the id");
    value(other->stop(id, milliseconds{0}, bench.stop()));
    expect_equal(bench.inspect(id).state, ContainerState::stopped,
                 "the state, seen by the first runtime");
    value(other->remove(listed[0].name, bench.stop()));
    bench.expect_nothing_left();
}

void life(Bench& bench) {
    EventStream events = value(bench.runtime().watch(bench.project(), bench.stop()));
    const ContainerSpec spec = bench.spec("main", {.exit_after = milliseconds{200}, .exit_code = 3});
    const ContainerId id = bench.start(spec);
    bench.finish(id);
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    const ContainerEvent started = value(events.next(bench.stop()));
    const ContainerEvent exited = value(events.next(bench.stop()));
    const ContainerEvent removed = value(events.next(bench.stop()));
    expect_equal(started.kind, ContainerEventKind::started, "the first event");
    expect_equal(exited.kind, ContainerEventKind::exited, "the second event");
    expect_equal(removed.kind, ContainerEventKind::removed, "the third event");
    expect_equal(exited.exit_code, 3, "the exit code");
    for (const ContainerEvent& event : {started, exited, removed}) {
        expect_equal(event.id, id, "the id");
        expect_equal(event.name, container_name(spec), "the name");
        expect_equal(event.service, "main", "the service");
    }
    expect(started.time <= exited.time && exited.time <= removed.time, "the times are in order");
}

void killed_and_removed(Bench& bench) {
    EventStream events = value(bench.runtime().watch(bench.project(), bench.stop()));
    const ContainerSpec spec = bench.spec();
    bench.start(spec);
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    expect_equal(value(events.next(bench.stop())).kind, ContainerEventKind::started, "the first event");
    const ContainerEvent exited = value(events.next(bench.stop()));
    expect_equal(exited.kind, ContainerEventKind::exited, "the second event");
    expect_equal(exited.exit_code, 137, "the exit code of a killed process");
    expect_equal(value(events.next(bench.stop())).kind, ContainerEventKind::removed, "the third event");
}

void only_this_project(Bench& bench) {
    EventStream events = value(bench.runtime().watch(bench.project(), bench.stop()));
    ContainerSpec other = bench.spec("other");
    other.project = bench.other_project();
    bench.start(other);
    const ContainerId ours = bench.start(bench.spec("ours"));
    expect_equal(value(events.next(bench.stop())).id, ours, "the id of the first event");
}

void only_from_now_on(Bench& bench) {
    const ContainerSpec earlier = bench.spec("earlier");
    bench.start(earlier);
    value(bench.runtime().remove(container_name(earlier), bench.stop()));
    EventStream events = value(bench.runtime().watch(bench.project(), bench.stop()));
    const ContainerId later = bench.start(bench.spec("later"));
    expect_equal(value(events.next(bench.stop())).id, later, "the id of the first event");
}

void several_watchers(Bench& bench) {
    EventStream first = value(bench.runtime().watch(bench.project(), bench.stop()));
    EventStream second = value(bench.runtime().watch(bench.project(), bench.stop()));
    const ContainerId id = bench.start(bench.spec());
    expect_equal(value(first.next(bench.stop())).id, id, "what the first watcher sees");
    expect_equal(value(second.next(bench.stop())).id, id, "what the second watcher sees");
}

void second_runtime_watches(Bench& bench) {
    const auto other = bench.another_runtime();
    EventStream events = value(other->watch(bench.project(), bench.stop()));
    const ContainerSpec spec = bench.spec();
    const ContainerId id = bench.start(spec);
    expect_equal(value(events.next(bench.stop())).id, id, "the id of the first event");
    value(bench.runtime().stop(id, milliseconds{0}, bench.stop()));
    expect_equal(bench.await(events, ContainerEventKind::exited).exit_code, 137, "the exit code");
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    bench.await(events, ContainerEventKind::removed);
}

void policy_restarts(Bench& bench) {
    EventStream events = value(bench.runtime().watch(bench.project(), bench.stop()));
    ContainerSpec spec = bench.spec("main", {.exit_after = milliseconds{0}, .exit_code = 1});
    spec.restart = {.mode = RestartMode::on_failure, .max_retries = 1};
    bench.start(spec);
    using enum ContainerEventKind;
    for (const ContainerEventKind expected : {started, exited, started, exited}) {
        expect_equal(value(events.next(bench.stop())).kind, expected, "the next event");
    }
}

void not_after_success(Bench& bench) {
    EventStream events = value(bench.runtime().watch(bench.project(), bench.stop()));
    ContainerSpec spec = bench.spec("main", {.exit_after = milliseconds{0}, .exit_code = 0});
    spec.restart = {.mode = RestartMode::on_failure};
    bench.start(spec);
    bench.await(events, ContainerEventKind::exited);
    expect(!bench.comes_within(events, ContainerEventKind::started, milliseconds{500}),
           "a process that succeeded is not started again");
}

constexpr std::array cases = {
    Case{"list/all", "list gives every container of the project, stopped ones too, ordered by name",
         Need::nothing, all_of_the_project},
    Case{"list/all-projects", "list_all gives the containers of every project, ordered by name",
         Need::nothing, all_projects},
    Case{"list/same-as-inspect", "list says of a container what inspect says", Need::nothing,
         same_as_inspect},
    Case{"list/not-foreign", "list goes by labels, not by names", Need::foreign_container, not_foreign},
    Case{"list/second-runtime", "a runtime that did not start a container lists, stops and removes it",
         Need::second_runtime, second_runtime_lists},
    Case{"watch/life", "started, exited with its code, and removed are reported once each, in order",
         Need::nothing, life},
    Case{"watch/killed-and-removed", "removing a running container reports its end and its removal",
         Need::nothing, killed_and_removed},
    Case{"watch/project", "events of other projects are not delivered", Need::nothing, only_this_project},
    Case{"watch/from-now-on", "events from before the call are not delivered", Need::nothing,
         only_from_now_on},
    Case{"watch/several", "every watcher gets every event", Need::nothing, several_watchers},
    Case{"watch/second-runtime", "a runtime sees the events of what another one does",
         Need::second_runtime, second_runtime_watches},
    Case{"watch/restarts", "restarts by the engine's policy are reported", Need::restart_policies,
         policy_restarts},
    Case{"restart/on-failure", "on_failure does not restart a process that succeeded",
         Need::restart_policies, not_after_success},
};

} // namespace

std::span<const Case> list_and_watch_cases() {
    return cases;
}

} // namespace fairlead::conformance
