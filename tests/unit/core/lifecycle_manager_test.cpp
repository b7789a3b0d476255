// SPDX-License-Identifier: MIT
#include <chrono>
#include <future>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "fake_stack.hpp"

using namespace fairlead;
using namespace fairlead::test;
using namespace std::chrono_literals;
using fairlead::testing::FakeOperation;

TEST_CASE("a service starts only once what it depends on is healthy") {
    const FakeEngine engine(R"({"db": {"health_after": "2m"}, "api": {"health_after": "1m"}})");
    auto manager = manager_of(
        engine, {service("web", {healthy("api")}), checked("api", {healthy("db")}), checked("db")});
    REQUIRE(manager.start_all());
    const auto events = history(manager);
    CHECK(before(events, "db healthy", "api starting"));
    CHECK(before(events, "api healthy", "web starting"));
    CHECK(view(manager, "web").state == ServiceState::running);
    CHECK(engine.names() == std::vector<std::string>{"demo.api", "demo.db", "demo.web"});
}

TEST_CASE(
    "a healthy service is looked at only for what its spec leaves open: the engine's choice of a port") {
    const FakeEngine engine;
    Service published = checked("published");
    published.container.ports = {{.container_port = 80}};
    auto manager = manager_of(engine, {checked("plain"), published});
    REQUIRE(manager.start_all());
    CHECK(engine.control->calls(FakeOperation::inspect) == 1);
    CHECK(view(manager, "plain").state == ServiceState::healthy);
    CHECK_FALSE(view(manager, "plain").id.value().empty());
    REQUIRE(view(manager, "published").ports.size() == 1);
    CHECK(view(manager, "published").ports.front().host_port != 0);
}

TEST_CASE("services that do not depend on each other are started at once, up to the bound") {
    const FakeEngine engine;
    engine.control->block(FakeOperation::start, "a");
    engine.control->block(FakeOperation::start, "b");
    auto manager = manager_of(engine, {service("a"), service("b"), service("c")}, {.parallel_starts = 2});
    auto started = std::async(std::launch::async, [&] { return manager.start_all(); });
    REQUIRE(engine.control->await_blocked(FakeOperation::start, "a"));
    REQUIRE(engine.control->await_blocked(FakeOperation::start, "b"));
    CHECK(view(manager, "c").state == ServiceState::pending);
    engine.control->release(FakeOperation::start, "a");
    engine.control->release(FakeOperation::start, "b");
    CHECK(started.get());
    CHECK(view(manager, "c").state == ServiceState::running);
}

TEST_CASE("waiting for health takes no place from services that are to start") {
    const FakeEngine engine(R"({"slow": {"health_after": "2m"}})");
    auto manager =
        manager_of(engine, {checked("slow"), service("a"), service("b")}, {.parallel_starts = 1});
    REQUIRE(manager.start_all());
    CHECK(before(history(manager), "b running", "slow healthy"));
}

TEST_CASE("a service that exits before it is healthy fails the start, and nothing of it remains") {
    const FakeEngine engine(
        R"({"db": {"exit_after": "2s", "exit_code": 3, "health_after": "1m", "logs": ["no disk", "giving up"]}})");
    auto manager = manager_of(engine, {checked("db"), service("api", {healthy("db")}), service("other")});
    const auto started = manager.start_all();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::exited);
    CHECK(started.error().subject == "db");
    const std::string text = to_string(started.error());
    CHECK(text.find("3") != std::string::npos);
    CHECK(text.find("giving up") != std::string::npos);
    CHECK(engine.names().empty());
    CHECK(view(manager, "db").state == ServiceState::failed);
    CHECK(view(manager, "api").state == ServiceState::stopped);
    CHECK(view(manager, "other").state == ServiceState::stopped);
}

TEST_CASE("a failed start leaves alone what it had not touched") {
    const FakeEngine engine(R"({"bad": {"fail": {"operation": "start", "code": "image_unavailable"}}})");
    REQUIRE(manager_of(engine, {service("db")}).start_all());
    const auto started = manager_of(engine, {service("bad")}).start_all();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::image_unavailable);
    CHECK(engine.names() == std::vector<std::string>{"demo.db"});
}

TEST_CASE("what cannot be taken back is listed with the first failure, which stays the first") {
    const FakeEngine engine(R"({"bad": {"fail": {"operation": "start", "code": "start_failed"}},
                                "db": {"fail": {"operation": "remove", "code": "engine_failed", "message": "disk full"}}})");
    auto manager = manager_of(engine, {service("db"), service("bad", {{.service = "db"}})});
    const auto started = manager.start_all();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::start_failed);
    CHECK(started.error().subject == "bad");
    REQUIRE(started.error().cleanup_failures.size() == 1);
    CHECK(started.error().cleanup_failures[0].message == "disk full");
    CHECK(engine.names() == std::vector<std::string>{"demo.db"});
}

TEST_CASE("a service that never becomes healthy fails after as long as the engine would take to say so") {
    const FakeEngine engine(R"({"db": {"never_healthy": true}})");
    Service db = checked("db");
    db.container.healthcheck->interval = 10s;
    db.container.healthcheck->timeout = 2s;
    db.container.healthcheck->retries = 5;
    db.container.healthcheck->start_period = 40s;
    const Timestamp begin = engine.control->now();
    const auto started = manager_of(engine, {db}).start_all();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::timeout);
    CHECK(engine.control->now() - begin >= 100s);
    CHECK(engine.control->now() - begin < 120s);
}

TEST_CASE("starting again leaves alone what runs already and has not changed") {
    const FakeEngine engine;
    auto manager = manager_of(engine, {service("a"), service("b", {{.service = "a"}})});
    REQUIRE(manager.start_all());
    const ContainerId first = view(manager, "a").id;
    REQUIRE(manager.start_all());
    CHECK(view(manager, "a").id == first);
    CHECK(engine.names().size() == 2);
}

TEST_CASE("a foreign container of the same name is refused and untouched") {
    const FakeEngine engine;
    REQUIRE(engine.control->add_foreign_container("demo.a"));
    const auto started = manager_of(engine, {service("a")}).start_all();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::conflict);
    CHECK(engine.control->write_log("demo.a", LogSource::stdout_stream, "still here"));
}

TEST_CASE("cancelling undoes what had been started and what was in flight") {
    const FakeEngine engine;
    engine.control->block(FakeOperation::start, "b");
    auto manager = manager_of(
        engine, {service("a"), service("b", {{.service = "a"}}), service("c", {{.service = "b"}})});
    std::stop_source stop;
    auto started = std::async(std::launch::async, [&] { return manager.start_all(stop.get_token()); });
    REQUIRE(engine.control->await_blocked(FakeOperation::start, "b"));
    stop.request_stop();
    const auto result = started.get();
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::cancelled);
    CHECK(engine.names().empty());
    for (const ServiceView& service : manager.snapshot()) {
        CHECK(service.state == ServiceState::stopped);
    }
}

TEST_CASE("a service waits for another's success, and goes on once that has completed") {
    const FakeEngine engine(R"({"migrate": {"exit_after": "3m", "exit_code": 0}})");
    auto manager = manager_of(engine, {service("app", {completed("migrate")}), service("migrate")});
    REQUIRE(manager.start_all());
    CHECK(before(history(manager), "migrate completed", "app starting"));
    CHECK(view(manager, "migrate").exit_code == 0);
}

TEST_CASE("a service that should complete and exits otherwise fails the start with its code") {
    const FakeEngine engine(R"({"migrate": {"exit_after": "1s", "exit_code": 4}})");
    const auto started =
        manager_of(engine, {service("app", {completed("migrate")}), service("migrate")}).start_all();
    REQUIRE_FALSE(started);
    CHECK(started.error().subject == "migrate");
    CHECK(started.error().message.find("code 4") != std::string::npos);
    CHECK(engine.names().empty());
}

TEST_CASE("a container without a healthcheck that ends well at once has completed") {
    const FakeEngine engine(R"({"once": {"exit_after": "0s", "exit_code": 0}})");
    auto manager = manager_of(engine, {service("once")});
    REQUIRE(manager.start_all());
    REQUIRE(manager.supervise({}));
    CHECK(view(manager, "once").state == ServiceState::completed);
}

TEST_CASE("a dependency that is not required may fail without holding anyone up") {
    const FakeEngine engine(
        R"({"cache": {"fail": {"operation": "start", "code": "image_unavailable"}}})");
    auto manager = manager_of(
        engine, {service("cache"), service("app", {{.service = "cache",
                                                    .condition = DependencyCondition::service_healthy,
                                                    .required = false}})});
    REQUIRE(manager.start_all());
    CHECK(view(manager, "cache").state == ServiceState::failed);
    CHECK(view(manager, "app").state == ServiceState::running);
}

TEST_CASE("an engine that is lost during the start is reported, with what may be left") {
    const FakeEngine engine;
    engine.control->block(FakeOperation::start, "b");
    auto manager = manager_of(engine, {service("a"), service("b", {{.service = "a"}})});
    auto started = std::async(std::launch::async, [&] { return manager.start_all(); });
    REQUIRE(engine.control->await_blocked(FakeOperation::start, "b"));
    engine.control->engine_lost();
    const auto result = started.get();
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::unavailable);
    CHECK(result.error().subject == "b");
    CHECK_FALSE(result.error().cleanup_failures.empty());
}

TEST_CASE("supervision reports exits and restarts, and ends when nothing is left running") {
    const FakeEngine engine(
        R"({"job": {"exit_after": "1m", "exit_code": 2}, "crash": {"exit_after": "30s", "exit_code": 1}})");
    Service crash = service("crash");
    crash.container.restart = {.mode = RestartMode::on_failure, .max_retries = 2};
    auto manager = manager_of(engine, {service("job"), crash});
    REQUIRE(manager.start_all());
    REQUIRE(manager.supervise({}));
    CHECK(view(manager, "job").state == ServiceState::failed);
    CHECK(view(manager, "job").exit_code == 2);
    CHECK(view(manager, "crash").state == ServiceState::failed);
}

TEST_CASE("supervision tells of the engine's loss and return and of what happened meanwhile") {
    const FakeEngine engine;
    auto manager = manager_of(engine, {service("a"), service("b")});
    REQUIRE(manager.start_all());
    engine.control->block(FakeOperation::list);
    auto supervised = std::async(std::launch::async, [&] { return manager.supervise({}); });
    REQUIRE(engine.control->await_blocked(FakeOperation::list));
    engine.control->release(FakeOperation::list);
    engine.control->engine_lost(testing::FakeLossMode::containers_die);
    engine.control->engine_back();
    CHECK(supervised.get());
    CHECK(view(manager, "a").state == ServiceState::failed);
    CHECK(view(manager, "b").state == ServiceState::failed);
}

TEST_CASE("stopping takes dependents down before what they depend on, and the rest in parallel") {
    const FakeEngine engine(R"({"*": {"stop_takes": "1s"}})");
    std::vector<Service> services = {service("base")};
    for (int i = 0; i < 20; ++i) {
        services.push_back(service("s" + std::to_string(i), {{.service = "base"}}));
    }
    auto manager = manager_of(engine, services);
    REQUIRE(manager.start_all());
    const Timestamp begin = engine.control->now();
    REQUIRE(manager.stop_all());
    CHECK(engine.control->now() - begin < 3s);
    CHECK(engine.names().empty());
    CHECK(before(history(manager), "s7 stopped", "base stopping"));
}

TEST_CASE("stopping takes down the plan's services and leaves the project's others alone") {
    const FakeEngine engine;
    auto other = manager_of(engine, {service("other")});
    REQUIRE(other.start_all());
    auto manager = manager_of(engine, {service("a")});
    REQUIRE(manager.start_all());
    REQUIRE(manager.stop_all());
    CHECK(engine.names() == std::vector<std::string>{"demo.other"});
    CHECK(other.stop_all());
}
