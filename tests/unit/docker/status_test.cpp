// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "common/health_memory.hpp"
#include "status_json.hpp"

using namespace fairlead;
using namespace fairlead::docker;

namespace {

Json running(const char* health) {
    Json json = {
        {"Id", "ab"},
        {"Name", "/p.s"},
        {"State", {{"Status", "running"}, {"Running", true}, {"StartedAt", "2024-05-01T12:00:00Z"}}},
        {"Config", {{"Labels", {{"dev.fairlead.project", "p"}, {"dev.fairlead.service", "s"}}}}}};
    if (health != nullptr) {
        json["Config"]["Healthcheck"] = {{"Test", {"CMD-SHELL", "check"}}};
        json["State"]["Health"] = {{"Status", health},
                                   {"Log", {{{"Output", "one"}}, {{"Output", "two"}}}}};
    }
    return json;
}

} // namespace

TEST_CASE("a running container is running, or what its healthcheck says") {
    CHECK(read_inspection(running(nullptr)).status.state == ContainerState::running);
    CHECK(read_inspection(running("starting")).status.state == ContainerState::starting);
    CHECK(read_inspection(running("healthy")).status.state == ContainerState::healthy);
    CHECK(read_inspection(running("unhealthy")).status.state == ContainerState::unhealthy);
    CHECK(read_inspection(running("healthy")).status.health_output == "two");
}

TEST_CASE("a container that is being restarted is starting and has no exit code") {
    Json json = running(nullptr);
    json["State"]["Restarting"] = true;
    json["State"]["ExitCode"] = 1;
    const Inspection inspection = read_inspection(json);
    CHECK(inspection.status.state == ContainerState::starting);
    CHECK(inspection.restarting);
    CHECK_FALSE(inspection.status.exit_code);
}

TEST_CASE("a stopped container tells its exit code, and a time that never was is absent") {
    const Inspection inspection = read_inspection({{"State",
                                                    {{"Status", "exited"},
                                                     {"ExitCode", 137},
                                                     {"OOMKilled", true},
                                                     {"StartedAt", "0001-01-01T00:00:00Z"}}}});
    CHECK(inspection.status.state == ContainerState::stopped);
    CHECK(inspection.status.exit_code == 137);
    CHECK(inspection.status.oom_killed);
    CHECK_FALSE(inspection.status.started_at);
    CHECK_FALSE(inspection.ours);
}

TEST_CASE("an answer of nulls reads as empty") {
    const Inspection inspection =
        read_inspection({{"Id", nullptr},
                         {"State", nullptr},
                         {"Config", {{"Labels", nullptr}, {"Healthcheck", nullptr}}}});
    CHECK(inspection.status.id.value().empty());
    CHECK_FALSE(inspection.status.has_healthcheck);
}

TEST_CASE("a shell check runs in the image's shell") {
    Json json = running("starting");
    CHECK(read_inspection(json).health_command == std::vector<std::string>{"/bin/sh", "-c", "check"});
    json["Config"]["Shell"] = {"/bin/bash", "-lc"};
    CHECK(read_inspection(json).health_command == std::vector<std::string>{"/bin/bash", "-lc", "check"});
    json["Config"]["Healthcheck"]["Test"] = {"CMD", "a", "b"};
    CHECK(read_inspection(json).health_command == std::vector<std::string>{"a", "b"});
    json["Config"]["Healthcheck"]["Test"] = {"NONE"};
    CHECK_FALSE(read_inspection(json).status.has_healthcheck);
}

TEST_CASE("a port open to all on IPv4 and IPv6 is one mapping") {
    const auto ports = read_ports(*parse_json(
        R"({"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},{"HostIp":"::","HostPort":"8080"}],
            "53/udp":[{"HostIp":"127.0.0.1","HostPort":"53"}],"9/tcp":null})"));
    REQUIRE(ports.size() == 2);
    CHECK(ports[0] == PublishedPort{"127.0.0.1", 53, 53, Protocol::udp});
    CHECK(ports[1] == PublishedPort{"0.0.0.0", 8080, 80, Protocol::tcp});
}

TEST_CASE("a run found healthy stays so until the engine says otherwise or it is another run") {
    HealthMemory memory(HealthMemory::Output::engine_first);
    const Inspection first = read_inspection(running("starting"));
    memory.remember(first.status.id, first.started, "fine");
    Inspection same = read_inspection(running("starting"));
    memory.apply(same.status, same.started);
    CHECK(same.status.state == ContainerState::healthy);

    Json restarted = running("starting");
    restarted["State"]["StartedAt"] = "2024-05-01T13:00:00Z";
    Inspection other = read_inspection(restarted);
    memory.apply(other.status, other.started);
    CHECK(other.status.state == ContainerState::starting);

    memory.remember(first.status.id, first.started, "fine");
    Inspection failing = read_inspection(running("unhealthy"));
    memory.apply(failing.status, failing.started);
    CHECK(failing.status.state == ContainerState::unhealthy);
    Inspection later = read_inspection(running("starting"));
    memory.apply(later.status, later.started);
    CHECK(later.status.state == ContainerState::starting);
}
