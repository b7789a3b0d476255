// SPDX-License-Identifier: MIT
#include <chrono>
#include <future>
#include <stop_token>
#include <string>

#include <doctest/doctest.h>

#include "fake_stack.hpp"

using namespace fairlead;
using namespace fairlead::test;
using namespace std::chrono_literals;
using fairlead::testing::FakeOperation;

TEST_CASE("a run starts, attends until it is cancelled, and stops") {
    const FakeEngine engine;
    auto manager = manager_of(engine, {service("a"), service("b", {{.service = "a"}})});
    std::stop_source stop;
    const auto outcome = manager.run(stop.get_token(), {.on_up = [&] {
                                         CHECK(engine.names().size() == 2);
                                         stop.request_stop();
                                     }});
    REQUIRE(outcome);
    CHECK(outcome->interrupted);
    CHECK(outcome->exit_code == 0);
    CHECK(engine.names().empty());
    CHECK(before(history(manager), "b stopped", "a stopping"));
}

TEST_CASE("a run ends by itself once nothing is left running, with what came of it") {
    const FakeEngine engine(
        R"({"good": {"exit_after": "1m"}, "bad": {"exit_after": "2m", "exit_code": 9}})");
    auto manager = manager_of(engine, {service("good"), service("bad")});
    const auto outcome = manager.run({});
    REQUIRE(outcome);
    CHECK(outcome->exit_code == 1);
    CHECK(outcome->ended_by.empty());
    CHECK_FALSE(outcome->interrupted);
    CHECK(engine.names().empty());
}

TEST_CASE("a run that shall abort does so when the first service ends, with its exit code") {
    const FakeEngine engine(R"({"tests": {"exit_after": "1m", "exit_code": 4}})");
    auto manager = manager_of(engine, {service("db"), service("tests", {{.service = "db"}})});
    const auto outcome = manager.run({}, {.abort_on_exit = true});
    REQUIRE(outcome);
    CHECK(outcome->ended_by == "tests");
    CHECK(outcome->exit_code == 4);
    CHECK(engine.names().empty());
}

TEST_CASE("a service for whose completion others wait does not abort a run by completing") {
    const FakeEngine engine(
        R"({"migrate": {"exit_after": "1m"}, "app": {"exit_after": "5m", "exit_code": 6}})");
    auto manager = manager_of(engine, {service("migrate"), service("app", {completed("migrate")})});
    const auto outcome = manager.run({}, {.abort_on_exit = true});
    REQUIRE(outcome);
    CHECK(outcome->ended_by == "app");
    CHECK(outcome->exit_code == 6);
}

TEST_CASE("one that had ended before the run attended aborts it as well") {
    const FakeEngine engine(R"({"once": {"exit_after": "0s"}})");
    auto manager = manager_of(engine, {service("once"), service("server")});
    const auto outcome = manager.run({}, {.abort_on_exit = true});
    REQUIRE(outcome);
    CHECK(outcome->ended_by == "once");
    CHECK(outcome->exit_code == 0);
}

TEST_CASE("the exit code can be that of one service, whoever ended the run") {
    const FakeEngine engine(
        R"({"helper": {"exit_after": "1m", "exit_code": 5}, "main": {"stop_exit_code": 42}})");
    auto manager = manager_of(engine, {service("helper"), service("main")});
    const auto outcome = manager.run({}, {.exit_code_from = "main"});
    REQUIRE(outcome);
    CHECK(outcome->ended_by == "helper");
    CHECK(outcome->exit_code == 42);
    CHECK(engine.names().empty());
}

TEST_CASE(
    "a service that the exit code shall come from and that is not there is refused before the start") {
    const FakeEngine engine;
    auto manager = manager_of(engine, {service("main")});
    const auto outcome = manager.run({}, {.exit_code_from = "mian"});
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::not_found);
    CHECK(engine.control->calls(FakeOperation::start) == 0);
}

TEST_CASE("a container that somebody removes while a run attends is reported, and the rest runs on") {
    const FakeEngine engine(R"({"b": {"exit_after": "10m"}})");
    auto manager = manager_of(engine, {service("a"), service("b")});
    const auto outcome =
        manager.run({}, {.on_up = [&] { REQUIRE(engine.control->remove_behind_back("demo.a")); }});
    REQUIRE(outcome);
    CHECK(outcome->exit_code == 0);
    const std::string told = messages(manager);
    CHECK(told.find("its container is gone") != std::string::npos);
}

TEST_CASE("what the engine's restart policy does is counted in the view") {
    const FakeEngine engine(R"({"crash": {"exit_after": "30s", "exit_code": 1}})");
    Service crash = service("crash");
    crash.container.restart = {.mode = RestartMode::on_failure, .max_retries = 3};
    auto manager = manager_of(engine, {crash});
    REQUIRE(manager.start_all());
    REQUIRE(manager.supervise({}));
    CHECK(view(manager, "crash").restarts == 3);
    CHECK(view(manager, "crash").state == ServiceState::failed);
    CHECK(messages(manager).find("restarted by the engine (3 so far)") != std::string::npos);
}
