// SPDX-License-Identifier: MIT
#include <chrono>
#include <future>
#include <map>
#include <stop_token>
#include <string>

#include <doctest/doctest.h>

#include <fairlead/take_down.hpp>

#include "fake_stack.hpp"

using namespace fairlead;
using namespace fairlead::test;
using namespace std::chrono_literals;

TEST_CASE("taking down a project that is not there is success") {
    const FakeEngine engine;
    CHECK(take_down(*engine.runtime, "demo"));
}

TEST_CASE("one container that cannot be removed is named and holds up nobody else") {
    const FakeEngine engine(
        R"({"web": {"fail": {"operation": "remove", "code": "engine_failed", "message": "disk full"}}})");
    REQUIRE(manager_of(engine, {service("db"), service("web", {{.service = "db"}}), service("other")})
                .start_all());
    const auto down = take_down(*engine.runtime, "demo");
    REQUIRE_FALSE(down);
    CHECK(down.error().message == "disk full");
    CHECK(engine.names() == std::vector<std::string>{"demo.web"});
}

TEST_CASE("each container gets the grace period that it was started with, or the one that is asked for") {
    const FakeEngine engine(R"({"*": {"ignore_stop_signal": true}})");
    Service patient = service("patient");
    patient.container.stop_grace_period = 30s;
    REQUIRE(manager_of(engine, {patient}).start_all());
    Timestamp begin = engine.control->now();
    REQUIRE(take_down(*engine.runtime, "demo"));
    CHECK(engine.control->now() - begin >= 30s);

    REQUIRE(manager_of(engine, {patient}).start_all());
    begin = engine.control->now();
    REQUIRE(take_down(*engine.runtime, "demo", {.grace = 250ms, .volumes = false, .observer = {}}));
    CHECK(engine.control->now() - begin >= 250ms);
    CHECK(engine.control->now() - begin < 1s);
}

TEST_CASE("named volumes stay unless they are asked for") {
    const FakeEngine engine;
    Service db = service("db");
    db.container.mounts = {VolumeMount{.volume = "demo.data", .target = "/data"}};
    REQUIRE(manager_of(engine, {db}).start_all());
    REQUIRE(take_down(*engine.runtime, "demo"));
    Service external = db;
    external.container.mounts = {VolumeMount{.volume = "demo.data", .target = "/data", .external = true}};
    REQUIRE(manager_of(engine, {external}).start_all());
    REQUIRE(take_down(*engine.runtime, "demo", {.grace = {}, .volumes = true, .observer = {}}));
    const auto started = manager_of(engine, {external}).start_all();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::not_found);
}

TEST_CASE("the observer hears of every container, once for each step") {
    const FakeEngine engine;
    REQUIRE(manager_of(engine, {service("a"), service("b")}).start_all());
    std::map<std::string, int> steps;
    REQUIRE(take_down(*engine.runtime, "demo",
                      {.grace = {}, .volumes = false, .observer = [&](const TakeDownProgress& progress) {
                           const bool gone = progress.phase == TakeDownProgress::Phase::removed;
                           ++steps[progress.container.service + (gone ? " removed" : " stopping")];
                       }}));
    CHECK(steps == std::map<std::string, int>{
                       {"a removed", 1}, {"a stopping", 1}, {"b removed", 1}, {"b stopping", 1}});
}

TEST_CASE("a container that a killed start brings about during the taking down is taken down as well") {
    const FakeEngine engine;
    REQUIRE(manager_of(engine, {service("a")}).start_all());
    engine.control->block(testing::FakeOperation::remove_network);
    auto down = std::async(std::launch::async, [&] { return take_down(*engine.runtime, "demo"); });
    REQUIRE(engine.control->await_blocked(testing::FakeOperation::remove_network));
    Service late = service("late");
    late.container.networks = {{.network = {.project = "demo", .name = "default"}}};
    REQUIRE(engine.runtime->start(late.container));
    engine.control->release(testing::FakeOperation::remove_network);
    const auto done = down.get();
    CHECK_MESSAGE(done, to_string(done ? Error{} : done.error()));
    CHECK(engine.names().empty());
}
