// SPDX-License-Identifier: MIT
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include <fairlead/labels.hpp>
#include <fairlead/stack.hpp>

#include "scripted_runtime.hpp"

using namespace fairlead;
using namespace std::chrono_literals;
using fairlead::test::ScriptedRuntime;

namespace {

ContainerSpec good() {
    ContainerSpec spec;
    spec.project = "demo";
    spec.service = "db";
    spec.image = "busybox";
    return spec;
}

} // namespace

TEST_CASE("a malformed argument gets the same answer on every engine, before the engine is asked") {
    ScriptedRuntime runtime;
    const ContainerId bad_id("--all");
    CHECK(runtime.start(ContainerSpec{}).error().code == Errc::invalid_spec);
    CHECK(runtime.stop(bad_id, 1s).error().code == Errc::invalid_spec);
    CHECK(runtime.stop(ContainerId{}, 1s).error().code == Errc::invalid_spec);
    CHECK(runtime.stop(ContainerId("abc"), -1ms).error().code == Errc::invalid_spec);
    CHECK(runtime.remove("a").error().code == Errc::invalid_spec);
    CHECK(runtime.remove("--all").error().code == Errc::invalid_spec);
    CHECK(runtime.inspect(bad_id).error().code == Errc::invalid_spec);
    CHECK(runtime.wait_healthy(bad_id, 1s).error().code == Errc::invalid_spec);
    CHECK(runtime.logs(bad_id).error().code == Errc::invalid_spec);
    CHECK(runtime.list("../a").error().code == Errc::invalid_spec);
    CHECK(runtime.watch("").error().code == Errc::invalid_spec);
    CHECK(runtime.ensure_network({.project = "demo", .engine_name = "-x"}).error().code ==
          Errc::invalid_spec);
    CHECK(runtime.remove_network("é").error().code == Errc::invalid_spec);
    CHECK(runtime.remove_volumes("A").error().code == Errc::invalid_spec);
    CHECK(runtime.calls == 0);
}

TEST_CASE("a call that is cancelled before it begins never reaches the engine") {
    ScriptedRuntime runtime;
    std::stop_source asked;
    asked.request_stop();
    const std::stop_token stop = asked.get_token();
    const ContainerId id("abc");
    CHECK(runtime.start(good(), stop).error().code == Errc::cancelled);
    CHECK(runtime.stop(id, 1s, stop).error().code == Errc::cancelled);
    CHECK(runtime.remove("demo.db", stop).error().code == Errc::cancelled);
    CHECK(runtime.inspect(id, stop).error().code == Errc::cancelled);
    CHECK(runtime.wait_healthy(id, 1s, stop).error().code == Errc::cancelled);
    CHECK(runtime.logs(id, {}, stop).error().code == Errc::cancelled);
    CHECK(runtime.list("demo", stop).error().code == Errc::cancelled);
    CHECK(runtime.watch("demo", stop).error().code == Errc::cancelled);
    CHECK(runtime.ensure_network({.project = "demo"}, stop).error().code == Errc::cancelled);
    CHECK(runtime.remove_network("demo", stop).error().code == Errc::cancelled);
    CHECK(runtime.remove_volumes("demo", stop).error().code == Errc::cancelled);
    CHECK(runtime.version(stop).error().code == Errc::cancelled);
    CHECK(runtime.calls == 0);
}

TEST_CASE("what a plugin throws becomes an error that says so") {
    ScriptedRuntime runtime;
    runtime.on_stop = []() -> Result<void> { throw std::runtime_error("boom"); };
    const auto stopped = runtime.stop(ContainerId("abc"), 1s);
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().code == Errc::internal);
    CHECK(stopped.error().message == "the plugin threw: boom");
    runtime.on_stop = []() -> Result<void> { throw 7; };
    CHECK(runtime.stop(ContainerId("abc"), 1s).error().code == Errc::internal);
}

TEST_CASE("every container carries the labels by which a later process knows it") {
    ScriptedRuntime runtime;
    ContainerSpec seen;
    runtime.on_start = [&seen](const ContainerSpec& spec) {
        seen = spec;
        return ContainerId("abc");
    };
    ContainerSpec spec = good();
    spec.stop_grace_period = 1500ms;
    spec.health_pace = HealthPace::engine;
    REQUIRE(runtime.start(spec));
    const auto label = [&seen](std::string_view name) { return seen.labels.at(std::string(name)); };
    CHECK(label(labels::project) == "demo");
    CHECK(label(labels::service) == "db");
    CHECK(label(labels::stop_grace) == "1500");
    CHECK(label(labels::health) == "engine");
    CHECK(label(labels::owner) == labels::this_process());
    CHECK(label(labels::config_hash) == config_hash(spec));
}
