// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdlib>
#include <future>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <fairlead/running_stack.hpp>

#include "../../support/temp_folder.hpp"
#include "fake_stack.hpp"

using namespace fairlead;
using namespace fairlead::test;
using namespace std::chrono_literals;
using fairlead::testing::FakeOperation;

namespace {

Stack stack_of(std::vector<Service> services) {
    return {.name = "demo", .services = std::move(services), .runtime = {}};
}

Result<RunningStack> up(const FakeEngine& engine, std::vector<Service> services,
                        RunningStackOptions options = {}, std::stop_token stop = {}) {
    return RunningStack::up(stack_of(std::move(services)), engine.runtime, std::move(options),
                            std::move(stop));
}

Service with_volume(Service made) {
    made.container.mounts = {VolumeMount{.volume = "demo.data", .target = "/data"}};
    return made;
}

/// Whether the volume of `with_volume` is there.
bool volume_exists(const FakeEngine& engine) {
    Service probe = service("probe");
    probe.container.mounts = {VolumeMount{.volume = "demo.data", .target = "/data", .external = true}};
    const bool there = engine.runtime->start(probe.container).has_value();
    REQUIRE(engine.runtime->remove("demo.probe"));
    return there;
}

} // namespace

TEST_CASE("a stack is up as long as its object lives") {
    const FakeEngine engine;
    {
        const auto stack = up(engine, {service("db"), service("web", {{.service = "db"}})});
        REQUIRE(stack);
        CHECK(stack->project() == "demo");
        CHECK(engine.names() == std::vector<std::string>{"demo.db", "demo.web"});
    }
    CHECK(engine.names().empty());
}

TEST_CASE("a stack is taken down when an exception leaves its scope") {
    const FakeEngine engine;
    const auto use = [&engine] {
        const auto stack = up(engine, {service("db")});
        REQUIRE(stack);
        throw std::runtime_error("the test failed");
    };
    CHECK_THROWS_AS(use(), std::runtime_error);
    CHECK(engine.names().empty());
}

TEST_CASE("a stack that is moved lives on, and one that is assigned to is taken down first") {
    const FakeEngine engine;
    std::optional<RunningStack> kept;
    {
        auto stack = up(engine, {service("db")});
        REQUIRE(stack);
        kept.emplace(std::move(*stack));
    }
    CHECK(engine.names() == std::vector<std::string>{"demo.db"});
    const FakeEngine other;
    *kept = up(other, {service("web")}).value();
    CHECK(engine.names().empty());
    CHECK(other.names() == std::vector<std::string>{"demo.web"});
    kept.reset();
    CHECK(other.names().empty());
}

TEST_CASE("down reports, may be repeated, and leaves nothing to the destructor") {
    const FakeEngine engine;
    {
        auto stack = up(engine, {service("db")});
        REQUIRE(stack);
        engine.control->fail_next(FakeOperation::remove, Errc::engine_failed, "disk full");
        CHECK(stack->down().error().message == "disk full");
        CHECK(stack->down());
        CHECK(engine.names().empty());
        CHECK(stack->down());
        engine.control->fail_next(FakeOperation::list, Errc::engine_failed, "not to be asked again");
    }
    CHECK(engine.runtime->list("demo").error().message == "not to be asked again");
}

TEST_CASE("what the destructor cannot take down goes to the observer") {
    const FakeEngine engine;
    std::vector<std::string> failures;
    {
        const auto stack = up(
            engine, {service("db")},
            {.on_down_failure = [&failures](const Error& error) { failures.push_back(error.message); }});
        REQUIRE(stack);
        engine.control->fail_next(FakeOperation::remove, Errc::engine_failed, "disk full");
    }
    CHECK(failures == std::vector<std::string>{"disk full"});
    CHECK(engine.names() == std::vector<std::string>{"demo.db"});
}

TEST_CASE("volumes stay unless they are to be removed") {
    const FakeEngine engine;
    REQUIRE(up(engine, {with_volume(service("db"))}));
    CHECK(volume_exists(engine));
    REQUIRE(up(engine, {with_volume(service("db"))}, {.remove_volumes = true}));
    CHECK_FALSE(volume_exists(engine));
}

TEST_CASE("a stack that cannot start leaves nothing, the volumes to be removed included") {
    const FakeEngine engine(R"({"web": {"fail": {"operation": "start", "code": "image_unavailable"}}})");
    const auto stack = up(engine, {with_volume(service("db")), service("web", {{.service = "db"}})},
                          {.remove_volumes = true});
    REQUIRE_FALSE(stack);
    CHECK(stack.error().code == Errc::image_unavailable);
    CHECK(engine.names().empty());
    CHECK_FALSE(volume_exists(engine));
}

TEST_CASE("a stack whose wait fails is taken down, and what is left over is told") {
    const FakeEngine engine(
        R"({"web": {"exit_after": "1m", "exit_code": 2},
            "db": {"fail": {"operation": "remove", "code": "engine_failed", "message": "disk full"}}})");
    const auto stack =
        up(engine, {service("db"), service("web")}, {.waits = {{"web", {.all_of = {LogLine{"ready"}}}}}});
    REQUIRE_FALSE(stack);
    CHECK(stack.error().code == Errc::exited);
    REQUIRE(stack.error().cleanup_failures.size() == 1);
    CHECK(stack.error().cleanup_failures[0].message == "disk full");
    CHECK(engine.names() == std::vector<std::string>{"demo.db"});
}

TEST_CASE("services are waited for at once, and the first failure ends the waiting") {
    const FakeEngine engine(R"({"b": {"exit_after": "1m", "exit_code": 2}})");
    const Wait never{.all_of = {LogLine{"never"}}, .timeout = no_timeout};
    const auto stack =
        up(engine, {service("a"), service("b"), service("c")}, {.waits = {{"a", never}, {"b", never}}});
    REQUIRE_FALSE(stack);
    CHECK(stack.error().code == Errc::exited);
    CHECK(stack.error().subject == "demo.b");
    CHECK(engine.names().empty());
}

TEST_CASE("a wait that is met lets the stack be up") {
    const FakeEngine engine(R"({"web": {"logs": [{"after": "3m", "text": "ready"}]}})");
    const Timestamp begin = engine.control->now();
    REQUIRE(up(engine, {service("web")}, {.waits = {{"web", {.all_of = {LogLine{"ready"}}}}}}));
    CHECK(engine.control->now() - begin >= 3min);
}

TEST_CASE("a service starts only once the command that is waited for has succeeded in another") {
    const FakeEngine engine(R"({"db": {"health_after": "2m"}})");
    const auto stack = up(engine, {service("db"), service("web", {healthy("db")})},
                          {.waits = {{"db", {.all_of = {CommandSucceeds{{"pg_isready"}}}}}}});
    REQUIRE(stack);
    CHECK(before(history(stack->manager()), "db healthy", "web starting"));
}

TEST_CASE("cancelling the waits takes everything down") {
    const FakeEngine engine;
    std::stop_source stop;
    auto coming = std::async(std::launch::async, [&] {
        return up(engine, {service("web")},
                  {.waits = {{"web", {.all_of = {LogLine{"never"}}, .timeout = no_timeout}}}},
                  stop.get_token());
    });
    engine.control->block(FakeOperation::logs, "web");
    REQUIRE(engine.control->await_blocked(FakeOperation::logs, "web"));
    stop.request_stop();
    CHECK(coming.get().error().code == Errc::cancelled);
    CHECK(engine.names().empty());
}

TEST_CASE("a wait for a service that is not started is refused before anything is") {
    const FakeEngine engine;
    const auto stack =
        up(engine, {service("web"), service("db")}, {.services = {"db"}, .waits = {{"web", Wait{}}}});
    REQUIRE_FALSE(stack);
    CHECK(stack.error().code == Errc::invalid_spec);
    CHECK(stack.error().subject == "web");
    CHECK(engine.control->calls(FakeOperation::list) == 0);
}

TEST_CASE("an endpoint is told by service and port, or why there is none") {
    const FakeEngine engine;
    Service web = service("web");
    web.container.ports = {{.host_port = 8081, .container_port = 80}};
    const auto stack = up(engine, {web});
    REQUIRE(stack);
    CHECK(stack->endpoint("web", 80).value() == Endpoint{"127.0.0.1", 8081});
    const auto unpublished = stack->endpoint("web", 443);
    CHECK(unpublished.error().code == Errc::not_found);
    CHECK(unpublished.error().message.find("127.0.0.1:8081->80/tcp") != std::string::npos);
    const auto mistyped = stack->endpoint("wbe", 80);
    CHECK(mistyped.error().code == Errc::not_found);
    CHECK(mistyped.error().hint == "Did you mean \"web\"?");
}

TEST_CASE("a stack file brings its own engine, and the project's name can be another") {
    const TempFolder folder;
    ::setenv("XDG_CONFIG_HOME", folder.path().c_str(), 1);
    ::unsetenv("FAIRLEAD_RUNTIME");
    const auto file = folder.write("fairlead.json", R"({
        "name": "shop",
        "x-fairlead": {"runtime": "fake", "options": {"fake": {"clock": "virtual"}}},
        "services": {"web": {"image": "busybox"}}
    })");
    std::shared_ptr<ContainerRuntime> runtime;
    {
        const auto stack = RunningStack::up(file, {.project = "other"});
        REQUIRE(stack);
        runtime = stack->runtime();
        CHECK(stack->project() == "other");
        CHECK(runtime->list("other")->size() == 1);
    }
    CHECK(runtime->list("other")->empty());
    CHECK(RunningStack::up(folder.path() / "none.json").error().code == Errc::invalid_file);
}
