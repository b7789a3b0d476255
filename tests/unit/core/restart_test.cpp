// SPDX-License-Identifier: MIT
#include <chrono>
#include <future>
#include <stop_token>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "fake_stack.hpp"

using namespace fairlead;
using namespace fairlead::test;
using namespace std::chrono_literals;
using fairlead::testing::FakeOperation;

namespace {

Dependency restarted_with(std::string name) {
    return {
        .service = std::move(name), .condition = DependencyCondition::service_healthy, .restart = true};
}

} // namespace

TEST_CASE("a restart replaces the container, and those that are to be restarted with it, in order") {
    const FakeEngine engine;
    auto manager = manager_of(engine, {checked("db"), service("api", {restarted_with("db")}),
                                       service("web", {restarted_with("api")}),
                                       service("report", {{.service = "db"}})});
    REQUIRE(manager.start_all());
    const auto id = [&](std::string_view service) { return view(manager, service).id; };
    const auto db = id("db");
    const auto api = id("api");
    const auto web = id("web");
    const auto report = id("report");
    const std::size_t events = history(manager).size();
    REQUIRE(manager.restart("db"));
    CHECK(id("db") != db);
    CHECK(id("api") != api);
    CHECK(id("web") != web);
    CHECK(id("report") == report);
    std::vector<std::string> after = history(manager);
    after.erase(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(events));
    CHECK(before(after, "db healthy", "api starting"));
    CHECK(before(after, "api running", "web starting"));
    CHECK(engine.names().size() == 4);
}

TEST_CASE("a second restart of the same service, or of one that goes with it, is refused meanwhile") {
    const FakeEngine engine;
    auto manager =
        manager_of(engine, {service("db"), service("api", {restarted_with("db")}), service("other")});
    REQUIRE(manager.start_all());
    engine.control->block(FakeOperation::start, "db");
    auto first = std::async(std::launch::async, [&] { return manager.restart("db"); });
    REQUIRE(engine.control->await_blocked(FakeOperation::start, "db"));
    for (const char* taken : {"db", "api"}) {
        const auto second = manager.restart(taken);
        REQUIRE_FALSE(second);
        CHECK(second.error().code == Errc::restart_in_progress);
        CHECK(second.error().subject == taken);
    }
    CHECK(manager.restart("other"));
    engine.control->release(FakeOperation::start, "db");
    CHECK(first.get());
    CHECK(manager.restart("db"));
}

TEST_CASE("a start or stop of the whole waits for a restart, and can be cancelled while it does") {
    const FakeEngine engine;
    auto manager = manager_of(engine, {service("a")});
    REQUIRE(manager.start_all());
    engine.control->block(FakeOperation::start, "a");
    auto restart = std::async(std::launch::async, [&] { return manager.restart("a"); });
    REQUIRE(engine.control->await_blocked(FakeOperation::start, "a"));
    std::stop_source stop;
    auto cancelled = std::async(std::launch::async, [&] { return manager.stop_all(stop.get_token()); });
    stop.request_stop();
    const auto stopped = cancelled.get();
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == Errc::cancelled);
    auto patient = std::async(std::launch::async, [&] { return manager.stop_all(); });
    engine.control->release(FakeOperation::start, "a");
    CHECK(restart.get());
    CHECK(patient.get());
    CHECK(engine.names().empty());
}

TEST_CASE("a restart that fails says why and leaves nothing of what it had started") {
    const FakeEngine engine;
    auto manager = manager_of(engine, {service("a"), service("b")});
    REQUIRE(manager.start_all());
    engine.control->fail_next(FakeOperation::wait_healthy, Errc::exited, "no disk");
    const auto restarted = manager.restart("a");
    REQUIRE_FALSE(restarted);
    CHECK(restarted.error().code == Errc::exited);
    CHECK(restarted.error().subject == "a");
    CHECK(view(manager, "a").state == ServiceState::failed);
    CHECK(view(manager, "b").state == ServiceState::running);
    CHECK(engine.names() == std::vector<std::string>{"demo.b"});
}

TEST_CASE("a service that is not there is named, with the likely one") {
    const FakeEngine engine;
    const auto restarted = manager_of(engine, {service("database")}).restart("databse");
    REQUIRE_FALSE(restarted);
    CHECK(restarted.error().code == Errc::not_found);
    CHECK(restarted.error().hint.find("database") != std::string::npos);
}

TEST_CASE("supervision takes a restart for what it is, and sees what becomes of the new container") {
    const FakeEngine engine;
    auto manager = manager_of(engine, {service("a")});
    REQUIRE(manager.start_all());
    auto supervised = std::async(std::launch::async, [&] { return manager.supervise({}); });
    for (int round = 0; round < 5; ++round) {
        REQUIRE(manager.restart("a"));
        CHECK(view(manager, "a").state == ServiceState::running);
    }
    for (const std::string& event : history(manager)) {
        CHECK(event != "a failed");
        CHECK(event != "a stopped");
    }
    REQUIRE(engine.control->exit_container("demo.a", 7));
    REQUIRE(supervised.get());
    CHECK(view(manager, "a").state == ServiceState::failed);
    CHECK(view(manager, "a").exit_code == 7);
}

TEST_CASE("supervision ends when another thread stops everything") {
    const FakeEngine engine;
    auto manager = manager_of(engine, {service("a"), service("b", {{.service = "a"}})});
    REQUIRE(manager.start_all());
    auto supervised = std::async(std::launch::async, [&] { return manager.supervise({}); });
    REQUIRE(manager.stop_all());
    CHECK(supervised.get());
    CHECK(view(manager, "a").state == ServiceState::stopped);
}

TEST_CASE("a second supervision waits for the first, and can be cancelled while it does") {
    const FakeEngine engine;
    auto manager = manager_of(engine, {service("a")});
    REQUIRE(manager.start_all());
    std::stop_source first_end;
    auto first = std::async(std::launch::async, [&] { return manager.supervise(first_end.get_token()); });
    // Both threads have come to rest: one is supervising, the other waits.
    std::stop_source second_end;
    auto second =
        std::async(std::launch::async, [&] { return manager.supervise(second_end.get_token()); });
    REQUIRE(engine.control->advance({}));
    second_end.request_stop();
    CHECK(second.get());
    first_end.request_stop();
    CHECK(first.get());
}

TEST_CASE("a supervision that is asked to end before it has begun to watch ends without an error") {
    const FakeEngine engine;
    auto manager = manager_of(engine, {service("a")});
    REQUIRE(manager.start_all());
    engine.control->block(FakeOperation::watch);
    std::stop_source end;
    auto supervised = std::async(std::launch::async, [&] { return manager.supervise(end.get_token()); });
    REQUIRE(engine.control->await_blocked(FakeOperation::watch));
    end.request_stop();
    CHECK(supervised.get());
}
