// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "fake_fixture.hpp"

using namespace fairlead;
using namespace fairlead::tests;

TEST_CASE("a healthcheck without a script passes at once") {
    Fake fake;
    const ContainerId id = fake.start(checked_spec("db"));
    CHECK(fake.state(id) == ContainerState::healthy);
    CHECK(fake.runtime().wait_healthy(id, 0ms));
    CHECK(fake.elapsed() == 0s);
}

TEST_CASE("health comes when the script says, and wait_healthy returns at that moment") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"health_after": "5m"}}})");
    ContainerSpec spec = checked_spec("db");
    spec.healthcheck->start_period = 10min;
    const ContainerId id = fake.start(spec);
    CHECK(fake.state(id) == ContainerState::starting);
    REQUIRE(fake.runtime().wait_healthy(id, no_timeout));
    CHECK(fake.elapsed() == 5min);
    CHECK(fake.state(id) == ContainerState::healthy);
}

TEST_CASE("a container that is never healthy runs into the timeout, with the probe's output") {
    Fake fake(
        R"({"clock": "virtual", "services": {"db": {"never_healthy": true, "probe_output": "refused"}}})");
    const ContainerId id = fake.start(checked_spec("db"));
    const auto waited = fake.runtime().wait_healthy(id, 10min);
    REQUIRE_FALSE(waited);
    CHECK(waited.error().code == Errc::timeout);
    REQUIRE(waited.error().attachments.size() == 1);
    CHECK(waited.error().attachments[0].text == "refused");
    CHECK(fake.elapsed() == 10min);
    // 3 retries, 30 s apart, have failed.
    CHECK(fake.state(id) == ContainerState::unhealthy);
}

TEST_CASE("an unhealthy container is waited for until it recovers") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"health_after": "2m"}}})");
    const ContainerId id = fake.start(checked_spec("db"));
    CHECK(fake.runtime().wait_healthy(id, 91s).error().code == Errc::timeout);
    CHECK(fake.state(id) == ContainerState::unhealthy);
    CHECK(fake.runtime().wait_healthy(id, no_timeout));
    CHECK(fake.elapsed() == 2min);
}

TEST_CASE("at the engine's pace the first probe comes after the interval, later ones at its multiples") {
    Fake fake(R"({"clock": "virtual", "services": {"late": {"health_after": "31s"}}})");
    ContainerSpec spec = checked_spec("db");
    spec.health_pace = HealthPace::engine;
    REQUIRE(fake.runtime().wait_healthy(fake.start(spec), no_timeout));
    CHECK(fake.elapsed() == 30s);
    spec.service = "late";
    REQUIRE(fake.runtime().wait_healthy(fake.start(spec), no_timeout));
    CHECK(fake.elapsed() == 90s);
}

TEST_CASE("the image's own healthcheck counts unless it is disabled") {
    Fake fake(R"({"clock": "virtual", "services": {"*": {"image_healthcheck": true}}})");
    CHECK(fake.state(fake.start(spec_of("db"))) == ContainerState::healthy);
    ContainerSpec spec = spec_of("web");
    spec.healthcheck = HealthCheck{.disabled = true};
    CHECK(fake.state(fake.start(spec)) == ContainerState::running);
}

TEST_CASE("health can go for good, and flap") {
    Fake fake(R"({"clock": "virtual", "services": {
        "gone": {"unhealthy_after": "10s"},
        "flap": {"flapping": {"healthy_for": "2s", "unhealthy_for": "3s"}}}})");
    const auto hold = fake.control().hold_clock();
    const ContainerId gone = fake.start(checked_spec("gone"));
    const ContainerId flap = fake.start(checked_spec("flap"));
    CHECK(fake.state(gone) == ContainerState::healthy);
    for (const auto& [moment, state] : {std::pair{1s, ContainerState::healthy},
                                        {3s, ContainerState::unhealthy},
                                        {6s, ContainerState::healthy},
                                        {8s, ContainerState::unhealthy}}) {
        REQUIRE(fake.control().advance(moment - fake.elapsed()));
        CHECK(fake.state(flap) == state);
    }
    REQUIRE(fake.control().advance(1h));
    CHECK(fake.state(gone) == ContainerState::unhealthy);
}

TEST_CASE("wait_healthy ends when the container exits, with its code and last log lines") {
    Fake fake(R"({"clock": "virtual", "services": {
        "db": {"health_after": "1m", "exit_after": "1s", "exit_code": 3, "logs": ["no disk"]}}})");
    const ContainerId id = fake.start(checked_spec("db"));
    const auto waited = fake.runtime().wait_healthy(id, no_timeout);
    REQUIRE_FALSE(waited);
    CHECK(waited.error().code == Errc::exited);
    CHECK(waited.error().message.find('3') != std::string::npos);
    REQUIRE(waited.error().attachments.size() == 1);
    CHECK(waited.error().attachments[0].text == "no disk\n");
    CHECK(fake.inspect(id).exit_code == 3);
}

TEST_CASE("running out of memory is code 137 and says so") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"exit_after": "0s", "oom": true}}})");
    const ContainerStatus status = fake.inspect(fake.start(spec_of("db")));
    CHECK(status.state == ContainerState::stopped);
    CHECK(status.exit_code == 137);
    CHECK(status.oom_killed);
}

TEST_CASE("restart policies start a container again, as often as they say and with a growing pause") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"exit_after": "1s", "exit_code": 1}}})");
    const auto hold = fake.control().hold_clock();
    ContainerSpec spec = spec_of("db");
    spec.restart = {.mode = RestartMode::on_failure, .max_retries = 2};
    const ContainerId id = fake.start(spec);
    REQUIRE(fake.control().advance(1s));
    CHECK(fake.state(id) == ContainerState::starting);
    REQUIRE(fake.control().advance(100ms));
    CHECK(fake.state(id) == ContainerState::running);
    REQUIRE(fake.control().advance(1s + 199ms));
    CHECK(fake.state(id) == ContainerState::starting);
    REQUIRE(fake.control().advance(1ms));
    CHECK(fake.state(id) == ContainerState::running);
    CHECK(fake.inspect(id).restarts == 2);
    REQUIRE(fake.control().advance(1h));
    CHECK(fake.state(id) == ContainerState::stopped);
    CHECK(fake.inspect(id).exit_code == 1);
}

TEST_CASE("on-failure leaves a success alone, and a stop ends every policy") {
    Fake fake(R"({"clock": "virtual", "services": {"once": {"exit_after": "1s"}}})");
    const auto hold = fake.control().hold_clock();
    ContainerSpec once = spec_of("once");
    once.restart.mode = RestartMode::on_failure;
    const ContainerId completed = fake.start(once);
    ContainerSpec always = spec_of("always");
    always.restart.mode = RestartMode::always;
    const ContainerId stopped = fake.start(always);
    REQUIRE(fake.control().advance(2s));
    CHECK(fake.inspect(completed).exit_code == 0);
    REQUIRE(fake.control().exit_container("shop.always", 0));
    CHECK(fake.state(stopped) == ContainerState::starting);
    REQUIRE(fake.runtime().stop(stopped, 1s));
    REQUIRE(fake.control().advance(1h));
    CHECK(fake.state(stopped) == ContainerState::stopped);
    CHECK(fake.inspect(stopped).restarts == 0);
}

TEST_CASE("a service may exit a few times and then stay") {
    Fake fake(
        R"({"clock": "virtual", "services": {"db": {"exit_after": "1s", "exit_code": 1, "exit_times": 1}}})");
    const auto hold = fake.control().hold_clock();
    ContainerSpec spec = spec_of("db");
    spec.restart.mode = RestartMode::always;
    const ContainerId id = fake.start(spec);
    REQUIRE(fake.control().advance(1h));
    CHECK(fake.state(id) == ContainerState::running);
    CHECK(fake.inspect(id).restarts == 1);
}
