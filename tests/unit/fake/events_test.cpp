// SPDX-License-Identifier: MIT
#include <vector>

#include <doctest/doctest.h>

#include "fake_fixture.hpp"

using namespace fairlead;
using namespace fairlead::tests;

namespace {

std::vector<ContainerEventKind> next_kinds(EventStream& events, int count) {
    std::vector<ContainerEventKind> kinds;
    for (int i = 0; i < count; ++i) {
        kinds.push_back(events.next().value().kind);
    }
    return kinds;
}

} // namespace

TEST_CASE("watch reports start, health, exit with its code and removal, of this project alone") {
    Fake fake;
    auto events = fake.runtime().watch("shop");
    REQUIRE(events);
    fake.start(spec_of("db", "other"));
    const ContainerId id = fake.start(checked_spec("db"));
    REQUIRE(fake.control().set_unhealthy("shop.db"));
    REQUIRE(fake.runtime().stop(id, 1s));
    REQUIRE(fake.runtime().remove("shop.db"));
    using Kind = ContainerEventKind;
    CHECK(next_kinds(*events, 3) == std::vector{Kind::started, Kind::healthy, Kind::unhealthy});
    const ContainerEvent exited = events->next().value();
    CHECK(exited.kind == Kind::exited);
    CHECK(exited.exit_code == 143);
    CHECK(exited.service == "db");
    CHECK(exited.id == id);
    CHECK(next_kinds(*events, 1) == std::vector{Kind::removed});
}

TEST_CASE("watching alone lets time pass to what is scripted") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"exit_after": "8h", "exit_code": 4}}})");
    fake.start(spec_of("db"));
    auto events = fake.runtime().watch("shop");
    CHECK(events->next().value().exit_code == 4);
    CHECK(fake.elapsed() == 8h);
}

TEST_CASE("the loss of the engine ends the subscription once; its return brings what changed meanwhile") {
    Fake fake;
    auto events = fake.runtime().watch("shop");
    fake.start(spec_of("db"));
    CHECK(events->next().value().kind == ContainerEventKind::started);
    fake.control().engine_lost();
    CHECK(fake.runtime().list("shop").error().code == Errc::unavailable);
    CHECK(events->next().error().code == Errc::unavailable);
    REQUIRE(fake.control().exit_container("shop.db", 9));
    fake.control().engine_back();
    CHECK(events->next().value().kind == ContainerEventKind::reconnected);
    const ContainerEvent exited = events->next().value();
    CHECK(exited.kind == ContainerEventKind::exited);
    CHECK(exited.exit_code == 9);
    CHECK(exited.resynchronised);
}

TEST_CASE("an engine that takes its containers along restarts those with a policy on its return") {
    Fake fake;
    ContainerSpec kept = spec_of("kept");
    kept.restart.mode = RestartMode::unless_stopped;
    const ContainerId back = fake.start(kept);
    const ContainerId gone = fake.start(spec_of("gone"));
    fake.control().engine_lost(testing::FakeLossMode::containers_die);
    fake.control().engine_back();
    CHECK(fake.state(back) == ContainerState::running);
    CHECK(fake.inspect(back).restarts == 1);
    CHECK(fake.inspect(gone).exit_code == 137);
}

TEST_CASE("a scripted loss passes by itself, though nobody can be inside meanwhile") {
    Fake fake(R"({"clock": "virtual", "losses": [{"after": "1m", "lasts": "1h"}],
                  "services": {"db": {"health_after": "2m"}}})");
    const ContainerId id = fake.start(checked_spec("db"));
    auto events = fake.runtime().watch("shop");
    CHECK(events->next().error().code == Errc::unavailable);
    CHECK(fake.elapsed() >= 1min);
    // Reconnects in real time, while the virtual hour passes.
    CHECK(events->next().value().kind == ContainerEventKind::reconnected);
    CHECK(events->next().value().kind == ContainerEventKind::healthy);
    CHECK(fake.elapsed() >= 61min);
    CHECK(fake.state(id) == ContainerState::healthy);
}
