// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include <fairlead/time.hpp>

#include "log_lines.hpp"
#include "outcome.hpp"
#include "status_json.hpp"

using namespace fairlead;
using namespace fairlead::podman;

namespace {

/// What a real podman of that version printed.
std::string recorded(const std::string& version, const std::string& file) {
    const char* folder = std::getenv("FAIRLEAD_PODMAN_FIXTURES");
    REQUIRE_MESSAGE(folder != nullptr, "FAIRLEAD_PODMAN_FIXTURES names the folder of recorded outputs");
    std::ifstream stream(std::string(folder) + "/podman-" + version + "/" + file, std::ios::binary);
    REQUIRE(stream);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

Inspection inspection(const std::string& version, const std::string& file) {
    const auto json = parse_json(recorded(version, file));
    REQUIRE(json);
    REQUIRE(json->is_array());
    return read_inspection(json->front());
}

constexpr const char* versions[] = {"4.3", "5.4"};

} // namespace

TEST_CASE("a starting container reads the same from every version") {
    for (const std::string version : versions) {
        CAPTURE(version);
        const Inspection container = inspection(version, "inspect-starting.json");
        CHECK(container.ours);
        CHECK(container.running);
        CHECK(container.status.name == "demo.web");
        CHECK(container.status.project == "demo");
        CHECK(container.status.service == "web");
        CHECK(container.status.image == "localhost/busybox:latest");
        CHECK(container.status.id.value().size() == 64);
        CHECK(container.status.state == ContainerState::starting);
        CHECK(container.status.has_healthcheck);
        CHECK_FALSE(container.status.exit_code);
        CHECK(container.status.started_at);
        CHECK_FALSE(container.status.finished_at);
        CHECK(container.status.created_at != Timestamp{});
        CHECK(container.health_interval == std::chrono::seconds(30));
        CHECK((container.stop_signal == "15" || container.stop_signal == "SIGTERM"));
        REQUIRE(container.status.ports.size() == 2);
        CHECK(container.status.ports[0].host_ip == "127.0.0.1");
        CHECK(container.status.ports[0].container_port == 80);
        CHECK(container.status.ports[0].host_port > 1024);
        CHECK(container.status.ports[1] == PublishedPort{.host_ip = "127.0.0.1",
                                                         .host_port = 18080,
                                                         .container_port = 81,
                                                         .protocol = Protocol::udp});
    }
}

TEST_CASE("a container whose check has failed too often is unhealthy in every version") {
    for (const std::string version : versions) {
        CHECK(inspection(version, "inspect-unhealthy.json").status.state == ContainerState::unhealthy);
    }
}

TEST_CASE("a stopped container has its exit code and no ports in every version") {
    for (const std::string version : versions) {
        const Inspection container = inspection(version, "inspect-stopped.json");
        CHECK_FALSE(container.running);
        CHECK(container.status.state == ContainerState::stopped);
        CHECK(container.status.exit_code == 7);
        CHECK(container.status.finished_at);
        CHECK(container.status.ports.empty());
    }
}

TEST_CASE("events read the same from every version") {
    for (const std::string version : versions) {
        CAPTURE(version);
        std::string kinds;
        int code = -1;
        for (const std::string& line : lines_of(recorded(version, "events.jsonl"))) {
            const auto event = read_event(line);
            REQUIRE(event);
            CHECK(event->service == "web");
            CHECK(event->time > parse_timestamp("2026-11-23T00:00:00Z").value());
            if (const auto kind = contract_kind(*event)) {
                kinds += std::string(to_string(*kind)) + " ";
                code = *kind == ContainerEventKind::exited ? event->exit_code : code;
            }
        }
        CHECK(kinds.starts_with("started exited "));
        CHECK(code == 7);
    }
}

TEST_CASE("events that are not of containers, or no events, are passed over") {
    CHECK_FALSE(
        read_event(R"({"Name":"x","Status":"pull","Time":"2026-11-23T19:26:15Z","Type":"image"})"));
    CHECK_FALSE(read_event("time=\"2026\" level=warning"));
    CHECK_FALSE(read_event("[]"));
}

TEST_CASE("recorded logs come out byte for byte, with no newline where there was none") {
    const std::string expected = "out1\nerr\r\n" + std::string(9000, 'x') + "\nunterminated";
    for (const std::string version : versions) {
        LogLines lines(LogSource::stdout_stream);
        lines.feed(recorded(version, "logs-stdout.txt"),
                   std::chrono::sys_days(std::chrono::year(2030) / 1 / 1));
        lines.flush();
        std::string bytes;
        while (auto chunk = lines.take()) {
            bytes += chunk->bytes;
        }
        CHECK(bytes == expected);
    }
}

TEST_CASE("a check without a shell, with one, and none at all") {
    const auto command = [](const char* test) {
        return read_inspection(
                   Json::parse(R"({"Config": {"Healthcheck": {"Test": )" + std::string(test) + "}}}"))
            .health_command;
    };
    CHECK(command(R"(["CMD", "test", "-f", "/x y"])") == std::vector<std::string>{"test", "-f", "/x y"});
    CHECK(command(R"(["CMD-SHELL", "exit 0"])") == std::vector<std::string>{"/bin/sh", "-c", "exit 0"});
    CHECK(command(R"(["NONE"])").empty());
    CHECK(command("null").empty());
}

TEST_CASE(
    "a container with a restart policy that ended is between two runs until podman has cleaned up") {
    const auto read = [](const char* state, const char* policy) {
        return read_inspection(
            {{"State", {{"Status", state}}}, {"HostConfig", {{"RestartPolicy", {{"Name", policy}}}}}});
    };
    CHECK(read("stopped", "always").between_runs);
    CHECK(read("stopped", "always").status.state == ContainerState::stopped);
    CHECK_FALSE(read("exited", "always").between_runs);
    CHECK_FALSE(read("running", "always").between_runs);
    CHECK_FALSE(read("stopped", "no").between_runs);
}
