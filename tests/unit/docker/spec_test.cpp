// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "container_files.hpp"
#include "container_json.hpp"

using namespace fairlead;
using namespace fairlead::docker;
using namespace std::chrono_literals;

namespace {

ContainerSpec spec() {
    ContainerSpec result;
    result.project = "p";
    result.service = "s";
    result.image = "image";
    return result;
}

Result<Json> body_of(const ContainerSpec& from, ApiVersion api = newest_api) {
    return create_body(from, {.api = api, .image = "image", .start = "nonce", .image_entrypoint = {}});
}

} // namespace

TEST_CASE("a container joins its project's network under its service's name") {
    const auto body = body_of(spec());
    REQUIRE(body);
    CHECK(at(*body, {"HostConfig", "NetworkMode"}) == "p.default");
    CHECK(at(*body, {"NetworkingConfig", "EndpointsConfig", "p.default", "Aliases"}) == Json{"s"});
    CHECK(at(*body, {"Labels", start_label}) == "nonce");
}

TEST_CASE("an absent command is the image's, and a cleared entrypoint is one empty word") {
    ContainerSpec some = spec();
    CHECK_FALSE(body_of(some)->contains("Cmd"));
    CHECK_FALSE(body_of(some)->contains("Entrypoint"));
    some.entrypoint.emplace();
    some.command = {"a", "b"};
    CHECK(at(*body_of(some), {"Entrypoint"}) == Json{""});
    CHECK(at(*body_of(some), {"Cmd"}) == Json{"a", "b"});
}

TEST_CASE("clearing only the command keeps the image's entrypoint") {
    ContainerSpec some = spec();
    some.command.emplace();
    REQUIRE(needs_image_entrypoint(some));
    const auto body = create_body(some, {.api = newest_api,
                                         .image = "i",
                                         .start = "n",
                                         .image_entrypoint = std::vector<std::string>{"/e"}});
    CHECK(at(*body, {"Entrypoint"}) == Json{"/e"});
    CHECK_FALSE(body->contains("Cmd"));
}

TEST_CASE("environment values pass unchanged, and one that is not UTF-8 is refused") {
    ContainerSpec some = spec();
    some.environment = {{"A", "line\n\"quoted\" =é"}};
    CHECK(at(*body_of(some), {"Env"}) == Json{"A=line\n\"quoted\" =é"});
    some.environment = {{"A", "\xff"}};
    const auto body = body_of(some);
    REQUIRE_FALSE(body);
    CHECK(body.error().code == Errc::unsupported);
    CHECK(body.error().message.starts_with("Env"));
}

TEST_CASE("durations of a healthcheck are nanoseconds, and a disabled one says so") {
    ContainerSpec some = spec();
    some.healthcheck = HealthCheck{.test = {"CMD", "true"}, .interval = 1500ms, .retries = 2};
    const Json health = at(*body_of(some), {"Healthcheck"});
    CHECK(health == Json{{"Test", {"CMD", "true"}}, {"Interval", 1'500'000'000}, {"Retries", 2}});
    some.healthcheck = HealthCheck{.disabled = true};
    CHECK(at(*body_of(some), {"Healthcheck"}) == Json{{"Test", Json::array({"NONE"})}});
}

TEST_CASE("a field that the engine's version does not know is refused by name") {
    ContainerSpec some = spec();
    some.healthcheck = HealthCheck{.start_interval = 1s};
    CHECK(at(*body_of(some), {"Healthcheck", "StartInterval"}) == 1'000'000'000);
    CHECK(body_of(some, oldest_api).error().message.find("start_interval") != std::string::npos);
    some = spec();
    some.annotations = {{"a", "b"}};
    CHECK(body_of(some));
    CHECK(body_of(some, oldest_api).error().code == Errc::unsupported);
}

TEST_CASE("ports are published where the spec says, and exposed ranges spelt out") {
    ContainerSpec some = spec();
    some.ports = {{.host_ip = "127.0.0.1", .host_port = 0, .container_port = 80},
                  {.host_ip = "::1", .host_port = 53, .container_port = 53, .protocol = Protocol::udp}};
    some.expose = {"3000-3001", "9/udp"};
    const auto body = body_of(some);
    REQUIRE(body);
    const Json expected = {{"80/tcp", {{{"HostIp", "127.0.0.1"}, {"HostPort", ""}}}},
                           {"53/udp", {{{"HostIp", "::1"}, {"HostPort", "53"}}}}};
    CHECK(at(*body, {"HostConfig", "PortBindings"}) == expected);
    CHECK(at(*body, {"ExposedPorts"}).size() == 5);
}

TEST_CASE("a bind mount that creates its source takes the form that can, unless a colon forbids it") {
    ContainerSpec some = spec();
    some.mounts = {BindMount{.source = "/a:b", .target = "/t", .read_only = true}};
    CHECK(at(*body_of(some), {"HostConfig", "Mounts"})[0]["Source"] == "/a:b");
    some.mounts = {BindMount{
        .source = "/a", .target = "/t", .read_only = true, .create_host_path = true, .selinux = "Z"}};
    CHECK(at(*body_of(some), {"HostConfig", "Binds"}) == Json{"/a:/t:ro,Z"});
    some.mounts = {BindMount{.source = "/a:b", .target = "/t", .create_host_path = true}};
    CHECK(body_of(some).error().code == Errc::unsupported);
}

TEST_CASE("a tmpfs carries its size, mode and owner") {
    ContainerSpec some = spec();
    some.mounts = {TmpfsMount{.target = "/t", .size = 1024, .mode = 01777, .uid = 5, .gid = 6}};
    CHECK(at(*body_of(some), {"HostConfig", "Tmpfs", "/t"}) == "size=1024,mode=1777,uid=5,gid=6");
}

TEST_CASE("limits arrive in the engine's units") {
    ContainerSpec some = spec();
    some.resources.cpus = 0.5;
    some.resources.memory_swap = -1;
    some.resources.ulimits = {{"nofile", 1, 2}};
    const Json host = at(*body_of(some), {"HostConfig"});
    CHECK(host["NanoCpus"] == 500'000'000);
    CHECK(host["MemorySwap"] == -1);
    CHECK(host["Ulimits"][0] == Json{{"Name", "nofile"}, {"Soft", 1}, {"Hard", 2}});
}

TEST_CASE("secrets go into the root, or into a volume where the root is read-only or a tmpfs hides it") {
    ContainerSpec some = spec();
    some.secrets = {{.name = "s", .target = "/run/secrets/s", .content = "x"}};
    CHECK(plan_files(some)->volumes.empty());
    some.read_only = true;
    CHECK(plan_files(some)->volumes == std::vector<std::string>{"/run/secrets"});
    some.read_only = false;
    some.mounts = {TmpfsMount{.target = "/run"}};
    CHECK(plan_files(some)->volumes == std::vector<std::string>{"/run/secrets"});
    some.mounts = {TmpfsMount{.target = "/runner"}};
    CHECK(plan_files(some)->volumes.empty());
}

TEST_CASE("a secret that would be written into a volume or a folder of the host is refused") {
    ContainerSpec some = spec();
    some.configs = {{.name = "c", .target = "/data/c", .content = "x"}};
    some.mounts = {VolumeMount{.volume = "v", .target = "/data"}};
    REQUIRE_FALSE(plan_files(some));
    CHECK(plan_files(some).error().code == Errc::unsupported);
}
