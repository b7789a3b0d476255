// SPDX-License-Identifier: MIT
#include <array>

#include "../bench.hpp"
#include "areas.hpp"

namespace fairlead::conformance {
namespace {

using std::chrono::milliseconds;

void running(Bench& bench) {
    const ContainerSpec spec = bench.spec("main", {.ignore_stop = true});
    const ContainerId id = bench.start(spec);
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    error_of(bench.runtime().inspect(id, bench.stop()), Errc::not_found);
    // The name is free by now, not soon.
    bench.start(spec);
}

void stopped(Bench& bench) {
    const ContainerSpec spec = bench.spec("main", {.exit_after = milliseconds{0}});
    const ContainerId id = bench.start(spec);
    bench.finish(id);
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    error_of(bench.runtime().inspect(id, bench.stop()), Errc::not_found);
}

void restarting(Bench& bench) {
    ContainerSpec spec = bench.spec("main", {.exit_after = milliseconds{0}, .exit_code = 1});
    spec.restart = {.mode = RestartMode::always};
    bench.start(spec);
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    bench.expect_nothing_left();
}

void foreign(Bench& bench) {
    const std::string name = bench.project() + ".foreign";
    const ContainerId id = bench.foreign_container(name);
    error_of(bench.runtime().remove(name, bench.stop()), Errc::conflict);
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state of the foreign container");
}

/// Engines take an id, or its beginning, where a name is asked for.
void by_id(Bench& bench) {
    const ContainerId id = bench.start(bench.spec());
    value(bench.runtime().remove(id.value(), bench.stop()));
    value(bench.runtime().remove(id.value().substr(0, 12), bench.stop()));
    value(bench.runtime().remove(bench.project(), bench.stop()));
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state of the container");
}

/// The name of the volume at that place of a container, as the engine calls it.
std::string volume_at(Bench& bench, const ContainerSpec& spec, const std::string& target) {
    const std::string root =
        bench.inside(spec, "while read -r a b c root at rest; do [ \"$at\" = " + target +
                               " ] && echo \"$root\"; done </proc/self/mountinfo; true");
    const auto end = root.rfind("/_data");
    expect(end != std::string::npos, "the mount is a folder of a volume: " + root);
    return root.substr(root.rfind('/', end - 1) + 1, end - root.rfind('/', end - 1) - 1);
}

void anonymous_volume(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.mounts = {VolumeMount{.target = "/data"}};
    const std::string volume = volume_at(bench, spec, "/data");
    expect(bench.setting().backdoor.has_volume(volume), "the volume is there before the removal");
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    expect(!bench.setting().backdoor.has_volume(volume), "the anonymous volume went with its container");
}

void named_volume(Bench& bench) {
    ContainerSpec spec = bench.spec("first");
    spec.mounts = {VolumeMount{.volume = bench.project() + ".data", .target = "/data"}};
    bench.inside(spec, "echo kept >/data/file");
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    spec.service = "second";
    expect_equal(bench.inside(spec, "cat /data/file"), "kept", "the file in the volume");
}

void volumes(Bench& bench) {
    ContainerSpec spec = bench.spec("first");
    spec.mounts = {VolumeMount{.volume = bench.project() + ".data", .target = "/data"}};
    bench.inside(spec, "echo kept >/data/file");
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    value(bench.runtime().remove_volumes(bench.project(), bench.stop()));
    value(bench.runtime().remove_volumes(bench.project(), bench.stop()));
    spec.service = "second";
    expect_equal(bench.inside(spec, "ls /data"), "", "the files in the volume");
}

void used_volume(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.mounts = {VolumeMount{.volume = bench.project() + ".data", .target = "/data"}};
    const ContainerId id = bench.start(spec);
    error_of(bench.runtime().remove_volumes(bench.project(), bench.stop()), Errc::conflict);
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state of its user");
}

void foreign_volume(Bench& bench) {
    const std::string volume = bench.foreign_volume();
    ContainerSpec spec = bench.spec();
    spec.mounts = {VolumeMount{.volume = volume, .target = "/data", .external = true}};
    bench.start(spec);
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    value(bench.runtime().remove_volumes(bench.project(), bench.stop()));
    // Still there: an external volume that is absent would be not_found.
    bench.start(spec);
}

constexpr std::array cases = {
    Case{"remove/running", "remove kills a running container and returns once the name is free",
         Need::nothing, running},
    Case{"remove/stopped", "remove removes a stopped container", Need::nothing, stopped},
    Case{"remove/restarting", "remove removes a container that the engine restarts for ever",
         Need::restart_policies, restarting},
    Case{"remove/foreign", "remove refuses a container without fairlead's labels and leaves it alone",
         Need::foreign_container, foreign},
    Case{"remove/by-id", "remove takes names: an id, or the beginning of a name, removes nothing",
         Need::nothing, by_id},
    Case{"remove/anonymous-volume", "remove removes the container's anonymous volumes",
         Need::processes | Need::volumes | Need::engine_view, anonymous_volume},
    Case{"remove/named-volume", "remove keeps named volumes with their data",
         Need::processes | Need::volumes, named_volume},
    Case{"volumes/removed", "remove_volumes removes the project's volumes with their data, twice as well",
         Need::processes | Need::volumes, volumes},
    Case{"volumes/used", "remove_volumes refuses a volume that a container uses with conflict",
         Need::volumes, used_volume},
    Case{"volumes/foreign", "an external volume is used and never removed",
         Need::volumes | Need::foreign_network, foreign_volume},
};

} // namespace

std::span<const Case> remove_cases() {
    return cases;
}

} // namespace fairlead::conformance
