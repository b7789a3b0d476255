// SPDX-License-Identifier: MIT
#include <thread>

#include <doctest/doctest.h>

#include "fake_fixture.hpp"

using namespace fairlead;
using namespace fairlead::tests;

TEST_CASE("a started container without a healthcheck is running, with fairlead's labels") {
    Fake fake;
    const ContainerStatus status = fake.inspect(fake.start(spec_of("db")));
    CHECK(status.state == ContainerState::running);
    CHECK(status.name == "shop.db");
    CHECK(status.project == "shop");
    CHECK(status.service == "db");
    CHECK_FALSE(status.has_healthcheck);
    CHECK_FALSE(status.exit_code);
    CHECK(status.labels.at("dev.fairlead.project") == "shop");
}

TEST_CASE("start on a taken name is a conflict and leaves the first container alone") {
    Fake fake;
    const ContainerId first = fake.start(spec_of("db"));
    CHECK(fake.runtime().start(spec_of("db")).error().code == Errc::conflict);
    CHECK(fake.state(first) == ContainerState::running);
}

TEST_CASE("stop ends a container with 128 plus its stop signal, and again is success") {
    Fake fake;
    ContainerSpec spec = spec_of("db");
    spec.stop_signal = "SIGINT";
    const ContainerId id = fake.start(spec);
    REQUIRE(fake.runtime().stop(id, 10s));
    CHECK(fake.state(id) == ContainerState::stopped);
    CHECK(fake.inspect(id).exit_code == 130);
    CHECK(fake.runtime().stop(id, 10s));
    CHECK(fake.runtime().stop(ContainerId("none-of-these"), 10s));
}

TEST_CASE("a stop signal that is no signal is refused before anything is created") {
    Fake fake;
    ContainerSpec spec = spec_of("db");
    spec.stop_signal = "SIGNOTHING";
    CHECK(fake.runtime().start(spec).error().code == Errc::invalid_spec);
    CHECK(fake.runtime().list("shop")->empty());
}

TEST_CASE("a container that ignores its stop signal is killed after exactly the grace period") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"ignore_stop_signal": true}}})");
    const ContainerId id = fake.start(spec_of("db"));
    const auto before = fake.elapsed();
    REQUIRE(fake.runtime().stop(id, 1234ms));
    CHECK(fake.elapsed() - before == 1234ms);
    CHECK(fake.inspect(id).exit_code == 137);
}

TEST_CASE("a container takes the scripted time and code to stop") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"stop_takes": "3s", "stop_exit_code": 0}}})");
    const ContainerId id = fake.start(spec_of("db"));
    REQUIRE(fake.runtime().stop(id, 10s));
    CHECK(fake.elapsed() == 3s);
    CHECK(fake.inspect(id).exit_code == 0);
}

TEST_CASE("a grace period of zero kills at once") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"stop_takes": "3s"}}})");
    const ContainerId id = fake.start(spec_of("db"));
    REQUIRE(fake.runtime().stop(id, 0ms));
    CHECK(fake.elapsed() == 0s);
    CHECK(fake.inspect(id).exit_code == 137);
}

TEST_CASE("remove frees the name, is success for an absent one, and gives a new id afterwards") {
    Fake fake;
    const ContainerId first = fake.start(spec_of("db"));
    REQUIRE(fake.runtime().remove("shop.db"));
    CHECK(fake.runtime().inspect(first).error().code == Errc::not_found);
    CHECK(fake.runtime().remove("shop.db"));
    CHECK(fake.start(spec_of("db")) != first);
}

TEST_CASE("a container that is not fairlead's is neither removed nor stopped nor listed") {
    Fake fake;
    const auto foreign = fake.control().add_foreign_container("shop.db");
    REQUIRE(foreign);
    CHECK(fake.runtime().remove("shop.db").error().code == Errc::conflict);
    CHECK(fake.runtime().stop(*foreign, 0ms).error().code == Errc::conflict);
    CHECK(fake.runtime().start(spec_of("db")).error().code == Errc::conflict);
    CHECK(fake.runtime().list("shop")->empty());
    CHECK(fake.state(*foreign) == ContainerState::running);
}

TEST_CASE("list has every container of the project, stopped ones too, ordered by name") {
    Fake fake;
    const ContainerId web = fake.start(spec_of("web"));
    fake.start(spec_of("db"));
    fake.start(spec_of("db", "other"));
    REQUIRE(fake.runtime().stop(web, 0ms));
    const auto list = fake.runtime().list("shop");
    REQUIRE(list);
    REQUIRE(list->size() == 2);
    CHECK((*list)[0].name == "shop.db");
    CHECK((*list)[1].name == "shop.web");
    CHECK((*list)[1].state == ContainerState::stopped);
    CHECK(fake.runtime().list("nobody")->empty());
}

TEST_CASE("absent containers are not_found to inspect, wait_healthy and logs") {
    Fake fake;
    const ContainerId nobody("nobody");
    CHECK(fake.runtime().inspect(nobody).error().code == Errc::not_found);
    CHECK(fake.runtime().wait_healthy(nobody, 1s).error().code == Errc::not_found);
    CHECK(fake.runtime().logs(nobody).error().code == Errc::not_found);
}

TEST_CASE("the policy never refuses an absent image, missing pulls it and tells the observer") {
    Fake fake(R"({"clock": "virtual", "images": ["there"], "registry": ["remote:1"]})");
    ContainerSpec spec = spec_of("db");
    spec.image = "remote:1";
    spec.pull_policy = PullPolicy::never;
    CHECK(fake.runtime().start(spec).error().code == Errc::image_unavailable);
    spec.pull_policy = PullPolicy::missing;
    std::vector<StartProgress::Phase> phases;
    REQUIRE(fake.runtime().start(spec, {}, [&](const StartProgress& progress) {
        if (phases.empty() || phases.back() != progress.phase) {
            phases.push_back(progress.phase);
        }
    }));
    using Phase = StartProgress::Phase;
    CHECK(phases == std::vector{Phase::pulling, Phase::creating, Phase::starting});
    spec.service = "second";
    spec.pull_policy = PullPolicy::never;
    CHECK(fake.runtime().start(spec));
    spec.service = "third";
    spec.image = "there:latest";
    CHECK(fake.runtime().start(spec));
    spec.service = "fourth";
    spec.image = "nowhere";
    spec.pull_policy = PullPolicy::missing;
    CHECK(fake.runtime().start(spec).error().code == Errc::image_unavailable);
}

TEST_CASE("an absent image with a build is built") {
    Fake fake(R"({"clock": "virtual", "images": []})");
    ContainerSpec spec = spec_of("db");
    spec.build = BuildSpec{.context = "/src"};
    bool built = false;
    REQUIRE(fake.runtime().start(spec, {}, [&](const StartProgress& progress) {
        built = built || progress.phase == StartProgress::Phase::building;
    }));
    CHECK(built);
}

TEST_CASE("a cancelled start leaves no container behind") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"start_after": "1h"}}})");
    const auto hold = fake.control().hold_clock();
    std::stop_source stop;
    Result<ContainerId> started = ContainerId();
    std::jthread host([&] { started = fake.runtime().start(spec_of("db"), stop.get_token()); });
    REQUIRE(fake.control().advance(1s));
    REQUIRE(fake.runtime().list("shop")->size() == 1);
    CHECK(fake.runtime().list("shop")->front().state == ContainerState::starting);
    stop.request_stop();
    host.join();
    CHECK(started.error().code == Errc::cancelled);
    CHECK(fake.runtime().list("shop")->empty());
}

TEST_CASE("the engine can do all but survive its host") {
    Fake fake;
    const Capabilities can = fake.runtime().capabilities();
    CHECK_FALSE(can.survives_host);
    CHECK((can.builds_images && can.pulls_images && can.probes_health && can.networks && can.volumes));
    CHECK((can.publishes_ports && can.restart_policies && can.memory_limits && can.cpu_limits &&
           can.pids_limits));
    CHECK(fake.runtime().version()->engine == "fake");
}
