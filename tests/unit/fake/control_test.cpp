// SPDX-License-Identifier: MIT
#include <thread>

#include <doctest/doctest.h>

#include "fake_fixture.hpp"

using namespace fairlead;
using namespace fairlead::tests;

TEST_CASE("the nth call of an operation on a service fails with the scripted error, the others do not") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"fail":
        {"operation": "start", "nth": [1, 3], "code": "start_failed", "message": "no such command"}}}})");
    const auto failed = fake.runtime().start(spec_of("db"));
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == Errc::start_failed);
    CHECK(failed.error().message == "no such command");
    CHECK(failed.error().subject == "shop.db");
    CHECK(fake.runtime().list("shop")->empty());
    CHECK(fake.runtime().start(spec_of("web")));
    CHECK(fake.runtime().start(spec_of("db")));
    CHECK(fake.runtime().start(spec_of("db")).error().code == Errc::start_failed);
}

TEST_CASE("failures of the whole engine count every call") {
    Fake fake(R"({"clock": "virtual", "fail": {"operation": "list", "nth": 2, "code": "protocol"}})");
    CHECK(fake.runtime().list("shop"));
    CHECK(fake.runtime().list("other").error().code == Errc::protocol);
    CHECK(fake.runtime().list("shop"));
}

TEST_CASE("a lost reply has its effect") {
    Fake fake;
    fake.control().fail_next(FakeOperation::start, Errc::unavailable, "connection reset", 1, true);
    CHECK(fake.runtime().start(spec_of("db")).error().code == Errc::unavailable);
    CHECK(fake.runtime().list("shop")->size() == 1);
    fake.control().fail_next(FakeOperation::remove, Errc::unavailable, "connection reset", 1, true);
    CHECK(fake.runtime().remove("shop.db").error().code == Errc::unavailable);
    CHECK(fake.runtime().list("shop")->empty());
}

TEST_CASE("fail_next counts from now on") {
    Fake fake;
    REQUIRE(fake.runtime().version());
    fake.control().fail_next(FakeOperation::version, Errc::engine_failed, "disk full", 2);
    CHECK(fake.runtime().version());
    CHECK(fake.runtime().version().error().message == "disk full");
    CHECK(fake.runtime().version());
    CHECK(fake.control().calls(FakeOperation::version) == 4);
}

TEST_CASE("a blocked call is held before its effect until it is released, while time goes on") {
    Fake fake(R"({"clock": "virtual", "services": {"web": {"health_after": "1m"}}})");
    fake.control().block(FakeOperation::start, "db");
    std::jthread host([&] { CHECK(fake.runtime().start(spec_of("db"))); });
    REQUIRE(fake.control().await_blocked(FakeOperation::start, "db"));
    REQUIRE(fake.runtime().wait_healthy(fake.start(checked_spec("web")), no_timeout));
    CHECK(fake.elapsed() == 1min);
    CHECK(fake.runtime().list("shop")->size() == 1);
    fake.control().release(FakeOperation::start, "db");
    host.join();
    CHECK(fake.runtime().list("shop")->size() == 2);
    CHECK(fake.control().await_blocked(FakeOperation::start, "db").error().code == Errc::not_found);
}

TEST_CASE("a blocked call is cancellable and sees the loss of the engine") {
    Fake fake;
    fake.control().block(FakeOperation::list);
    std::stop_source stop;
    std::jthread cancelled(
        [&] { CHECK(fake.runtime().list("shop", stop.get_token()).error().code == Errc::cancelled); });
    REQUIRE(fake.control().await_blocked(FakeOperation::list));
    stop.request_stop();
    cancelled.join();
    std::jthread lost([&] { CHECK(fake.runtime().list("shop").error().code == Errc::unavailable); });
    REQUIRE(fake.control().await_blocked(FakeOperation::list));
    fake.control().engine_lost();
}

TEST_CASE(
    "the loss of the engine ends calls in flight, and a start in flight leaves its container created") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"start_after": "1h"}}})");
    const auto hold = fake.control().hold_clock();
    std::jthread host(
        [&] { CHECK(fake.runtime().start(spec_of("db")).error().code == Errc::unavailable); });
    REQUIRE(fake.control().advance({}));
    fake.control().engine_lost();
    host.join();
    fake.control().engine_back();
    REQUIRE(fake.runtime().list("shop")->size() == 1);
    CHECK(fake.runtime().list("shop")->front().state == ContainerState::starting);
    CHECK(fake.runtime().remove("shop.db"));
}

TEST_CASE("a container removed by somebody else is gone, to its waiter as well") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"never_healthy": true}}})");
    const auto hold = fake.control().hold_clock();
    const ContainerId id = fake.start(checked_spec("db"));
    std::jthread host(
        [&] { CHECK(fake.runtime().wait_healthy(id, no_timeout).error().code == Errc::not_found); });
    REQUIRE(fake.control().advance({}));
    REQUIRE(fake.control().remove_behind_back("shop.db"));
    host.join();
    CHECK(fake.control().remove_behind_back("shop.db").error().code == Errc::not_found);
}

TEST_CASE("a script given by the control holds for containers created afterwards") {
    Fake fake;
    const ContainerId before = fake.start(spec_of("before"));
    fake.control().script_service("*", {.exit_after = 0s, .exit_code = 5});
    CHECK(fake.state(before) == ContainerState::running);
    CHECK(fake.inspect(fake.start(spec_of("after"))).exit_code == 5);
}

TEST_CASE("health set by the control stays, whatever the script says") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"health_after": "1s"}}})");
    const auto hold = fake.control().hold_clock();
    const ContainerId id = fake.start(checked_spec("db"));
    REQUIRE(fake.control().set_unhealthy("shop.db", "by hand"));
    REQUIRE(fake.control().advance(1h));
    CHECK(fake.state(id) == ContainerState::unhealthy);
    CHECK(fake.inspect(id).health_output == "by hand");
    REQUIRE(fake.control().set_healthy("shop.db"));
    CHECK(fake.state(id) == ContainerState::healthy);
    fake.start(spec_of("web"));
    CHECK(fake.control().set_healthy("shop.web").error().code == Errc::unsupported);
    REQUIRE(fake.control().exit_container("shop.db", 0));
    CHECK(fake.control().set_healthy("shop.db").error().code == Errc::conflict);
}
