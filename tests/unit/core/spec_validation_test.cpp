// SPDX-License-Identifier: MIT
#include <functional>
#include <string>

#include <doctest/doctest.h>

#include <fairlead/container_spec.hpp>

using namespace fairlead;

namespace {

ContainerSpec good() {
    ContainerSpec spec;
    spec.project = "demo";
    spec.service = "db";
    spec.image = "busybox";
    return spec;
}

/// The message for a spec that is good but for one change; empty if it is accepted.
std::string complaint(const std::function<void(ContainerSpec&)>& change) {
    ContainerSpec spec = good();
    change(spec);
    const auto valid = validate(spec);
    if (!valid) {
        CHECK(valid.error().code == Errc::invalid_spec);
    }
    return valid ? "" : valid.error().message;
}

} // namespace

TEST_CASE("a container is named after its project and service unless it has a name of its own") {
    ContainerSpec spec = good();
    CHECK(container_name(spec) == "demo.db");
    spec.container_name = "postgres";
    CHECK(container_name(spec) == "postgres");
    CHECK(engine_name(NetworkSpec{.project = "demo"}) == "demo.default");
    CHECK(engine_name(NetworkSpec{.project = "demo", .engine_name = "shared"}) == "shared");
}

TEST_CASE("names that could be options, paths or too long are refused before any engine is asked") {
    CHECK(complaint([](ContainerSpec&) {}).empty());
    for (const std::string& name :
         {std::string("-x"), std::string("--all"), std::string("../a"), std::string("é"), std::string(),
          std::string("a b"), std::string("a/b"), std::string(300, 'a')}) {
        CAPTURE(name);
        CHECK(complaint([&](ContainerSpec& spec) { spec.project = name; }).starts_with("project"));
        CHECK(complaint([&](ContainerSpec& spec) { spec.service = name; }).starts_with("service"));
        if (!name.empty()) {
            CHECK(complaint([&](ContainerSpec& spec) {
                      spec.container_name = name;
                  }).starts_with("container_name"));
        }
    }
    CHECK(complaint([](ContainerSpec& spec) { spec.project = "a.b"; }).starts_with("project"));
    CHECK(complaint([](ContainerSpec& spec) { spec.project = "Demo"; }).starts_with("project"));
}

TEST_CASE("a container name of one letter is refused on every engine alike") {
    CHECK(
        complaint([](ContainerSpec& spec) { spec.container_name = "a"; }).starts_with("container_name"));
    CHECK(complaint([](ContainerSpec& spec) { spec.container_name = "ab"; }).empty());
}

TEST_CASE("environment keys that engines would misread are refused") {
    for (const std::string& key : {std::string(""), std::string("*"), std::string("FOO*"),
                                   std::string("A=B"), std::string("A\0B", 3)}) {
        CAPTURE(key);
        CHECK(complaint([&](ContainerSpec& spec) {
                  spec.environment[key] = "x";
              }).starts_with("environment key"));
    }
    CHECK(complaint([](ContainerSpec& spec) {
              spec.environment["A"] = std::string("x\0y", 3);
          }).starts_with("environment value"));
    CHECK(complaint([](ContainerSpec& spec) { spec.environment["A"] = "line\nline=*"; }).empty());
}

TEST_CASE("what a container needs or contradicts is named") {
    CHECK(complaint([](ContainerSpec& spec) { spec.image.clear(); }).starts_with("image"));
    CHECK(complaint([](ContainerSpec& spec) { spec.image = "--all"; }).starts_with("image"));
    CHECK(complaint([](ContainerSpec& spec) {
              spec.pull_policy = PullPolicy::build;
          }).starts_with("pull_policy"));
    CHECK(complaint([](ContainerSpec& spec) { spec.working_dir = "tmp"; }).starts_with("working_dir"));
    CHECK(complaint([](ContainerSpec& spec) {
              spec.mounts = {TmpfsMount{.target = "tmp"}};
          }).starts_with("mount"));
    CHECK(complaint([](ContainerSpec& spec) {
              spec.mounts = {BindMount{.source = "data", .target = "/data"}};
          }).starts_with("mount source"));
    CHECK(complaint([](ContainerSpec& spec) { spec.ports = {PortMapping{}}; }).starts_with("ports"));
    CHECK(complaint([](ContainerSpec& spec) { spec.resources.cpus = 0; }).starts_with("cpus"));
    CHECK(complaint([](ContainerSpec& spec) {
              spec.resources.ulimits = {{.name = "nofile", .soft = 2, .hard = 1}};
          }).starts_with("ulimit"));
    CHECK(complaint([](ContainerSpec& spec) {
              spec.healthcheck = HealthCheck{.test = {"true"}};
          }).starts_with("healthcheck.test"));
    CHECK(complaint([](ContainerSpec& spec) {
              spec.healthcheck = HealthCheck{.test = {"CMD"}};
          }).starts_with("healthcheck.test"));
    CHECK(complaint([](ContainerSpec& spec) {
              spec.network_mode = NetworkMode::host;
              spec.networks.emplace_back();
          }).starts_with("networks"));
}
