// SPDX-License-Identifier: MIT
#include <algorithm>
#include <csignal>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "../support/docker_stand.hpp"
#include "../support/http.hpp"
#include "../support/lifecycle_output.hpp"
#include "../support/sample_stacks.hpp"

using namespace fairlead::test;
using nlohmann::json;
using Names = std::vector<std::string>;

namespace {

struct ChainStand : DockerStand {
    ChainStand() { stack(sample::chain, sample::chain_volumes); }

    json ps(const Names& more = {}) {
        Names arguments{"--format", "json", "ps"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const Outcome listed = run(arguments);
        REQUIRE_MESSAGE(listed.code == 0, listed.err);
        return json::parse(listed.out);
    }
};

} // namespace

TEST_CASE_FIXTURE(ChainStand,
                  "up -d follows a chain of health checks without waiting for the engine's first "
                  "probe, and says so for each service") {
    const Outcome up = run({"up", "-d"});
    REQUIRE_MESSAGE(up.code == 0, up.err);
    MESSAGE(fmt::format("up -d of a chain of three took {:.2f} s", up.took.count()));
    // The first probe of the engine would come after 30 s for db, and again for api. Without load: below
    // 3 s.
    CHECK(up.took.count() < 15);
    for (const char* line : {"db   starting", "db   healthy after", "api  starting", "api  healthy after",
                             "web  starting", "web  running after"}) {
        CHECK_MESSAGE(up.err.find(line) != std::string::npos, line, " is not in:\n", up.err);
    }
    CHECK(up.err.find("db   healthy") < up.err.find("api  starting"));
    CHECK(up.err.find("api  healthy") < up.err.find("web  starting"));
    CHECK(engine.containers(project()) == Names{container("api"), container("db"), container("web")});
}

TEST_CASE_FIXTURE(ChainStand, "ps in a fresh process shows each container with the documented members") {
    REQUIRE(run({"up", "-d"}).code == 0);
    const json containers = ps();
    REQUIRE(containers.size() == 3);
    const Names members{"container", "exit_code", "id", "image", "ports", "service", "state"};
    for (const json& entry : containers) {
        Names found;
        for (const auto& [name, value] : entry.items()) {
            found.push_back(name);
        }
        CHECK(found == members);
        CHECK(entry.at("container") == container(entry.at("service").get<std::string>()));
        CHECK(entry.at("id") ==
              engine.get(fmt::format("/containers/{}/json", entry.at("container").get<std::string>()))
                  .at("Id"));
        CHECK(entry.at("image") == environment.at("IMAGE").value());
        CHECK(entry.at("exit_code").is_null());
    }
    const auto state = [&](std::size_t i) { return containers[i].at("state").get<std::string>(); };
    // Docker's own first probe is still to come.
    CHECK((state(0) == "healthy" || state(0) == "starting"));
    CHECK((state(1) == "healthy" || state(1) == "starting"));
    CHECK(containers[2].at("service") == "web");
    CHECK(state(2) == "running");
}

TEST_CASE_FIXTURE(ChainStand,
                  "a port published without a host part is on 127.0.0.1, is read back, and answers") {
    REQUIRE(run({"up", "-d"}).code == 0);
    const json ports = ps().at(0).at("ports");
    REQUIRE(ports.size() == 1);
    CHECK(ports[0].size() == 4);
    CHECK(ports[0].at("host_ip") == "127.0.0.1");
    CHECK(ports[0].at("container_port") == 8080);
    CHECK(ports[0].at("protocol") == "tcp");
    const HttpAnswer answer =
        http(Loopback{ports[0].at("host_port").get<std::uint16_t>()}, "GET", "/index.html");
    CHECK(answer.status == 200);
    CHECK(answer.body == "hello from api\n");
}

TEST_CASE_FIXTURE(ChainStand, "down -v removes the named volumes too, and down twice is fine") {
    REQUIRE(run({"up", "-d"}).code == 0);
    CHECK(run({"down", "-v"}).code == 0);
    CHECK(is_gone());
    CHECK(engine.volumes(project()).empty());
    CHECK(run({"down", "-v"}).code == 0);
}

TEST_CASE_FIXTURE(ChainStand, "ps and down work without the stack file when the project is named") {
    REQUIRE(run({"up", "-d"}).code == 0);
    std::filesystem::remove(folder().path() / "fairlead.json");
    environment["FAIRLEAD_RUNTIME"] = "docker";
    const Outcome listed = run({"-p", project(), "ps"});
    CHECK_MESSAGE(listed.code == 0, listed.err);
    CHECK(listed.out.find(container("web")) != std::string::npos);
    const Outcome down = run({"-p", project(), "down"});
    CHECK_MESSAGE(down.code == 0, down.err);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(ChainStand,
                  "the fake goes through the same events in the same order as the real engine") {
    const auto events_of = [](const Stand& stand) {
        Process up(stand.command({"--format", "json", "up"}));
        up.await_out(R"("service":"web","state":"running")");
        up.await_out(R"(web is done)");
        up.signal(SIGINT);
        const Outcome outcome = up.wait();
        CHECK_MESSAGE(outcome.code == 130, outcome.err);
        return states_in(outcome.out);
    };
    Stand fake("fake");
    fake.options("fake", sample::chain_on_fake);
    fake.stack(sample::chain, sample::chain_volumes);
    const Names expected = events_of(fake);
    CHECK(expected.size() >= 15);
    CHECK(events_of(*this) == expected);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(DockerStand, "attached, SIGTERM takes the stack down as Ctrl-C does") {
    stack(sample::single);
    Process up(command({"up"}));
    up.await_err("is up");
    CHECK(engine.containers(project()) == Names{container("one")});
    up.signal(SIGTERM);
    const Outcome outcome = up.wait();
    CHECK_MESSAGE(outcome.code == 130, outcome.err);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(DockerStand, "Ctrl-C while a service is waited for takes back what was started") {
    stack(R"({"one": {"image": "${IMAGE}", "pull_policy": "never", "stop_signal": "SIGKILL",
              "command": ["sleep", "3600"], "healthcheck": {"test": ["CMD", "false"]}}})");
    Process up(command({"up", "-d"}));
    up.await_err("one  started");
    up.signal(SIGINT);
    const Outcome outcome = up.wait();
    CHECK_MESSAGE(outcome.code == 130, outcome.err);
    CHECK(outcome.took.count() < 30);
    CHECK(is_gone());
}
