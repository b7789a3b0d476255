// SPDX-License-Identifier: MIT
#include <array>

#include "../bench.hpp"
#include "areas.hpp"

namespace fairlead::conformance {
namespace {

using std::chrono::milliseconds;

/// What no engine may take for a name: options, other folders, other alphabets, nothing, too much.
const std::vector<std::string>& bad_names() {
    static const std::vector<std::string> names = {
        "-x", "--all", "../a", "é", "", std::string(300, 'a'), "a b", "a/b", std::string("a\0b", 3)};
    return names;
}

void bad_project(Bench& bench) {
    for (const std::string& name : bad_names()) {
        ContainerSpec spec = bench.spec();
        spec.project = name;
        error_of(bench.runtime().start(spec, bench.stop()), Errc::invalid_spec);
    }
    ContainerSpec spec = bench.spec();
    spec.project = "a.b";
    error_of(bench.runtime().start(spec, bench.stop()), Errc::invalid_spec);
    bench.expect_nothing_left();
}

void bad_service(Bench& bench) {
    for (const std::string& name : bad_names()) {
        ContainerSpec spec = bench.spec();
        spec.service = name;
        error_of(bench.runtime().start(spec, bench.stop()), Errc::invalid_spec);
    }
    bench.expect_nothing_left();
}

void bad_container_name(Bench& bench) {
    for (const std::string& name : {std::string("a"), std::string("--all"), std::string(128, 'a')}) {
        ContainerSpec spec = bench.spec();
        spec.container_name = name;
        error_of(bench.runtime().start(spec, bench.stop()), Errc::invalid_spec);
    }
    bench.expect_nothing_left();
}

void bad_environment(Bench& bench) {
    for (const std::string& key : {std::string(), std::string("*"), std::string("FOO*"),
                                   std::string("A=B"), std::string("A\0B", 3)}) {
        ContainerSpec spec = bench.spec();
        spec.environment[key] = "value";
        error_of(bench.runtime().start(spec, bench.stop()), Errc::invalid_spec);
    }
    ContainerSpec spec = bench.spec();
    spec.environment["KEY"] = std::string("a\0b", 3);
    error_of(bench.runtime().start(spec, bench.stop()), Errc::invalid_spec);
    bench.expect_nothing_left();
}

void bad_mounts(Bench& bench) {
    const std::vector<Mount> mounts = {
        BindMount{.source = "relative", .target = "/t"}, BindMount{.source = "/", .target = "relative"},
        VolumeMount{.volume = "--all", .target = "/t"}, TmpfsMount{.target = ""}};
    for (const Mount& mount : mounts) {
        ContainerSpec spec = bench.spec();
        spec.mounts = {mount};
        error_of(bench.runtime().start(spec, bench.stop()), Errc::invalid_spec);
    }
    bench.expect_nothing_left();
}

void bad_image(Bench& bench) {
    for (const std::string& image : {std::string(), std::string("--all"), std::string("a b")}) {
        ContainerSpec spec = bench.spec();
        spec.image = image;
        error_of(bench.runtime().start(spec, bench.stop()), Errc::invalid_spec);
    }
    bench.expect_nothing_left();
}

void bad_healthcheck(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.healthcheck = HealthCheck{.test = {"true"}};
    error_of(bench.runtime().start(spec, bench.stop()), Errc::invalid_spec);
    spec.healthcheck = HealthCheck{.test = {"CMD", "true"}, .interval = milliseconds{-1}};
    error_of(bench.runtime().start(spec, bench.stop()), Errc::invalid_spec);
    bench.expect_nothing_left();
}

void bad_remove(Bench& bench) {
    for (const std::string& name : bad_names()) {
        error_of(bench.runtime().remove(name, bench.stop()), Errc::invalid_spec);
    }
}

void bad_id(Bench& bench) {
    for (const std::string& name : bad_names()) {
        const ContainerId id(name);
        error_of(bench.runtime().stop(id, milliseconds{0}, bench.stop()), Errc::invalid_spec);
        error_of(bench.runtime().inspect(id, bench.stop()), Errc::invalid_spec);
        error_of(bench.runtime().wait_healthy(id, milliseconds{0}, bench.stop()), Errc::invalid_spec);
        error_of(bench.runtime().logs(id, {}, bench.stop()), Errc::invalid_spec);
    }
}

void bad_times(Bench& bench) {
    const ContainerId id = bench.start(bench.spec());
    error_of(bench.runtime().stop(id, milliseconds{-1}, bench.stop()), Errc::invalid_spec);
    error_of(bench.runtime().wait_healthy(id, milliseconds{-1}, bench.stop()), Errc::invalid_spec);
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state after refused calls");
}

void bad_projects_elsewhere(Bench& bench) {
    for (const std::string& name : bad_names()) {
        error_of(bench.runtime().list(name, bench.stop()), Errc::invalid_spec);
        error_of(bench.runtime().watch(name, bench.stop()), Errc::invalid_spec);
        error_of(bench.runtime().remove_network(name, bench.stop()), Errc::invalid_spec);
        error_of(bench.runtime().remove_volumes(name, bench.stop()), Errc::invalid_spec);
        error_of(bench.runtime().ensure_network({.project = name}, bench.stop()), Errc::invalid_spec);
    }
    error_of(bench.runtime().ensure_network({.project = bench.project(), .engine_name = "--all"},
                                            bench.stop()),
             Errc::invalid_spec);
}

constexpr std::array cases = {
    Case{"arguments/project", "start refuses a malformed project with invalid_spec", Need::nothing,
         bad_project},
    Case{"arguments/service", "start refuses a malformed service with invalid_spec", Need::nothing,
         bad_service},
    Case{"arguments/container-name", "start refuses a malformed container name with invalid_spec",
         Need::nothing, bad_container_name},
    Case{"arguments/environment",
         "start refuses an environment key that is empty or holds '*', '=' or NUL", Need::nothing,
         bad_environment},
    Case{"arguments/mounts", "start refuses relative mount paths and malformed volume names",
         Need::nothing, bad_mounts},
    Case{"arguments/image", "start refuses an image that is empty, looks like an option or has spaces",
         Need::nothing, bad_image},
    Case{"arguments/healthcheck", "start refuses a test without CMD or CMD-SHELL, and negative durations",
         Need::nothing, bad_healthcheck},
    Case{"arguments/remove", "remove refuses a malformed name with invalid_spec", Need::nothing,
         bad_remove},
    Case{"arguments/id", "stop, inspect, wait_healthy and logs refuse a malformed id", Need::nothing,
         bad_id},
    Case{"arguments/times", "stop and wait_healthy refuse negative times and leave the container alone",
         Need::nothing, bad_times},
    Case{"arguments/projects-elsewhere",
         "list, watch and the network and volume operations refuse malformed names", Need::nothing,
         bad_projects_elsewhere},
};

} // namespace

std::span<const Case> argument_cases() {
    return cases;
}

} // namespace fairlead::conformance
