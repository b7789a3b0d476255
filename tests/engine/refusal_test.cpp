// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "../support/docker_stand.hpp"
#include "../support/sample_stacks.hpp"

using namespace fairlead::test;
using nlohmann::json;
using Names = std::vector<std::string>;

TEST_CASE_FIXTURE(DockerStand,
                  "a service that ends before it is healthy fails up with its name, its code and "
                  "its last words, and nothing of this up remains") {
    stack(sample::exits_early);
    const Outcome up = run({"up", "-d"});
    CHECK(up.code == 1);
    for (const char* text : {"bad", "17", "one last word", "and a complaint"}) {
        CHECK_MESSAGE(up.err.find(text) != std::string::npos, text, " is not in:\n", up.err);
    }
    CHECK(up.err.find("after  started") == std::string::npos);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(DockerStand, "a failed up leaves alone what ran before it") {
    stack(sample::exits_early);
    REQUIRE(run({"up", "-d", "good"}).code == 0);
    const std::string target = fmt::format("/containers/{}/json", container("good"));
    const json before = engine.get(target);
    const Outcome up = run({"up", "-d", "after"});
    CHECK(up.code == 1);
    CHECK(engine.containers(project()) == Names{container("good")});
    const json after = engine.get(target);
    CHECK(after.at("Id") == before.at("Id"));
    CHECK(after.at("State").at("StartedAt") == before.at("State").at("StartedAt"));
    CHECK(after.at("State").at("Running") == true);
}

TEST_CASE_FIXTURE(DockerStand, "a foreign container of the same name is refused and not touched") {
    stack(sample::single);
    const std::string name = container("one");
    engine.ask(
        "POST", "/containers/create?name=" + name,
        fmt::format(R"({{"Image": "{}", "Cmd": ["sleep", "3600"]}})", environment.at("IMAGE").value()));
    engine.ask("POST", fmt::format("/containers/{}/start", name));
    const json before = engine.get(fmt::format("/containers/{}/json", name));
    const Outcome up = run({"up", "-d"});
    const Outcome down = run({"down"});
    const json after = engine.get(fmt::format("/containers/{}/json", name));
    engine.ask("DELETE", fmt::format("/containers/{}?force=1", name));
    CHECK(up.code == 1);
    CHECK_MESSAGE(up.err.find(name) != std::string::npos, up.err);
    CHECK(down.code == 0);
    CHECK(after.at("Id") == before.at("Id"));
    CHECK(after.at("State") == before.at("State"));
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(DockerStand, "a foreign network of the same name is refused and not touched") {
    stack(sample::single);
    const std::string name = project() + ".default";
    engine.ask("POST", "/networks/create", fmt::format(R"({{"Name": "{}"}})", name));
    const json before = engine.get("/networks/" + name);
    const Outcome up = run({"up", "-d"});
    const Outcome down = run({"down"});
    const json after = engine.get("/networks/" + name);
    engine.ask("DELETE", "/networks/" + name);
    CHECK(up.code == 1);
    CHECK_MESSAGE(up.err.find(name) != std::string::npos, up.err);
    CHECK(down.code == 0);
    CHECK(after == before);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(DockerStand, "a command that cannot be run is an error, and its container is removed") {
    stack(R"({"one": {"image": "${IMAGE}", "pull_policy": "never", "command": ["/no/such/program"]}})");
    const Outcome up = run({"up", "-d"});
    CHECK(up.code == 1);
    CHECK_MESSAGE(up.err.find("/no/such/program") != std::string::npos, up.err);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(DockerStand,
                  "an image that is missing and may not be pulled is an error, and nothing is left") {
    stack(R"({"one": {"image": "fairlead-test/never-made", "pull_policy": "never"}})");
    const Outcome up = run({"up", "-d"});
    CHECK(up.code == 1);
    CHECK_MESSAGE(up.err.find("fairlead-test/never-made") != std::string::npos, up.err);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(DockerStand, "--format json writes an error as one object on standard error") {
    stack(sample::exits_early);
    const Outcome up = run({"--format", "json", "up", "-d"});
    CHECK(up.code == 1);
    const json error = json::parse(up.err);
    CHECK(error.at("code") == "exited");
    CHECK(error.at("subject") == "bad");
    CHECK(error.dump().find("one last word") != std::string::npos);
    CHECK(is_gone());
}
