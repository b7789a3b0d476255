// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "common/pack_files.hpp"
#include "container_files.hpp"

using namespace fairlead;
using namespace fairlead::podman;
using fairlead::plugin::pack_files;

namespace {

ContainerSpec with_secret(std::string target) {
    ContainerSpec spec{.project = "demo", .service = "web", .image = "i"};
    spec.secrets.push_back({.name = "pw", .target = std::move(target), .content = "geheim"});
    return spec;
}

} // namespace

TEST_CASE("secrets are copied, and need no volume on an ordinary root") {
    ContainerSpec spec = with_secret("/run/secrets/pw");
    spec.read_only = true;
    const auto plan = plan_files(spec);
    REQUIRE(plan);
    CHECK(plan->volumes.empty());
    REQUIRE(plan->files.size() == 1);
    const auto archive = pack_files("/", plan->files);
    REQUIRE(archive);
    CHECK(archive->find("run/secrets/pw") != std::string::npos);
    CHECK(archive->find("geheim") != std::string::npos);
}

TEST_CASE("on a tmpfs the secret's folder becomes a volume of its own") {
    ContainerSpec spec = with_secret("/run/secrets/pw");
    spec.mounts.emplace_back(TmpfsMount{.target = "/run"});
    const auto plan = plan_files(spec);
    REQUIRE(plan);
    CHECK(plan->volumes == std::vector<std::string>{"/run/secrets"});
}

TEST_CASE("a secret in a bind mount or a volume is refused, without its content") {
    ContainerSpec spec = with_secret("/data/./x/../pw");
    spec.mounts.emplace_back(VolumeMount{.volume = "v1", .target = "/data/"});
    const auto plan = plan_files(spec);
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == Errc::unsupported);
    CHECK(to_string(plan.error()).find("geheim") == std::string::npos);
}
