// SPDX-License-Identifier: MIT
#include <array>

#include "../bench.hpp"
#include "areas.hpp"

namespace fairlead::conformance {
namespace {

using std::chrono::milliseconds;

/// The id of a container that there was.
ContainerId gone(Bench& bench) {
    const ContainerId id = bench.start(bench.spec("gone"));
    value(bench.runtime().remove(bench.project() + ".gone", bench.stop()));
    return id;
}

void stop_absent(Bench& bench) {
    value(bench.runtime().stop(gone(bench), std::chrono::seconds{10}, bench.stop()));
}

void remove_absent(Bench& bench) {
    value(bench.runtime().remove(bench.project() + ".nobody", bench.stop()));
    value(bench.runtime().remove(bench.project() + ".nobody", bench.stop()));
}

void inspect_absent(Bench& bench) {
    error_of(bench.runtime().inspect(gone(bench), bench.stop()), Errc::not_found);
}

void wait_absent(Bench& bench) {
    error_of(bench.runtime().wait_healthy(gone(bench), milliseconds{5000}, bench.stop()),
             Errc::not_found);
}

void logs_absent(Bench& bench) {
    const ContainerId id = gone(bench);
    for (const bool follow : {false, true}) {
        error_of(bench.runtime().logs(id, {.follow = follow}, bench.stop()), Errc::not_found);
    }
}

void list_absent(Bench& bench) {
    expect(value(bench.runtime().list(bench.project(), bench.stop())).empty(), "the list is empty");
}

void network_absent(Bench& bench) {
    value(bench.runtime().remove_network(bench.project(), bench.stop()));
}

void volumes_absent(Bench& bench) {
    value(bench.runtime().remove_volumes(bench.project(), bench.stop()));
}

/// A name is not an id: what was created under a name again is another container.
void successor(Bench& bench) {
    const ContainerSpec spec = bench.spec();
    const ContainerId first = bench.start(spec);
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    const ContainerId second = bench.start(spec);
    expect(first != second, "the two containers have different ids");
    error_of(bench.runtime().inspect(first, bench.stop()), Errc::not_found);
    value(bench.runtime().stop(first, milliseconds{0}, bench.stop()));
    expect_equal(bench.inspect(second).state, ContainerState::running, "the state of the second");
}

/// Engines take names and beginnings of ids for ids; the contract does not.
void not_an_id(Bench& bench) {
    const ContainerSpec spec = bench.spec();
    const ContainerId id = bench.start(spec);
    for (const std::string& other : {container_name(spec), id.value().substr(0, id.value().size() - 1)}) {
        error_of(bench.runtime().inspect(ContainerId(other), bench.stop()), Errc::not_found);
        value(bench.runtime().stop(ContainerId(other), milliseconds{0}, bench.stop()));
    }
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state of the container");
}

constexpr std::array cases = {
    Case{"absent/stop", "stop of an absent container is success", Need::nothing, stop_absent},
    Case{"absent/remove", "remove of an absent name is success, twice as well", Need::nothing,
         remove_absent},
    Case{"absent/inspect", "inspect of an absent container is not_found", Need::nothing, inspect_absent},
    Case{"absent/wait", "wait_healthy of an absent container is not_found", Need::nothing, wait_absent},
    Case{"absent/logs", "logs of an absent container is not_found", Need::nothing, logs_absent},
    Case{"absent/list", "list of a project without containers is empty", Need::nothing, list_absent},
    Case{"absent/network", "remove_network without a network is success", Need::networks, network_absent},
    Case{"absent/volumes", "remove_volumes without volumes is success", Need::volumes, volumes_absent},
    Case{"absent/successor", "a container created again under a name is a different one", Need::nothing,
         successor},
    Case{"absent/not-an-id", "a name or the beginning of an id is not an id", Need::nothing, not_an_id},
};

} // namespace

std::span<const Case> absence_cases() {
    return cases;
}

} // namespace fairlead::conformance
