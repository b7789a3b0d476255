// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "../../support/sample_stacks.hpp"
#include "../../support/stand.hpp"

using namespace fairlead::test;
using nlohmann::json;

namespace {

struct FakeStand : Stand {
    FakeStand() : Stand("fake") {}
};

} // namespace

TEST_CASE_FIXTURE(FakeStand,
                  "config prints the resolved file, and takes its own output for the same stack") {
    folder().write(".env", "TAG=1.36\n");
    environment["IMAGE"] = "busybox:${TAG}";
    stack(R"({
      "db": {"image": "busybox:${TAG:-latest}", "command": "sleep 10", "environment": ["A=b$$c", "B=${HOME:+x}"],
             "healthcheck": {"test": "true", "interval": "1m30s"}, "ports": ["8080:80"], "mem_limit": "64m"},
      "api": {"image": "busybox", "depends_on": {"db": {"condition": "service_healthy"}}, "volumes": ["data:/data"]}
    })",
          sample::chain_volumes);
    const Outcome first = run({"config"});
    REQUIRE_MESSAGE(first.code == 0, first.err);
    const json resolved = json::parse(first.out);
    CHECK(resolved.at("name") == project());
    CHECK(resolved.at("services").at("db").at("image") == "busybox:1.36");
    folder().write("resolved.json", first.out);
    const Outcome second = run({"-f", "resolved.json", "config"});
    CHECK_MESSAGE(second.code == 0, second.err);
    CHECK(second.out == first.out);
}

TEST_CASE_FIXTURE(FakeStand, "config -q only checks") {
    stack(sample::chain, sample::chain_volumes);
    const Outcome outcome = run({"config", "-q"});
    CHECK_MESSAGE(outcome.code == 0, outcome.err);
    CHECK(outcome.out.empty());
}

TEST_CASE_FIXTURE(FakeStand, "the stack file is found from a folder below it") {
    stack(sample::chain, sample::chain_volumes);
    folder().write("deep/er/file", "");
    Command below = command({"config"});
    below.folder = folder().path() / "deep" / "er";
    const Outcome outcome = fairlead::test::run(below);
    CHECK_MESSAGE(outcome.code == 0, outcome.err);
    CHECK(json::parse(outcome.out).at("name") == project());
}

TEST_CASE_FIXTURE(FakeStand, "plugins lists what is found in the build tree, without any stack file") {
    const Outcome outcome = run({"--format", "json", "plugins"});
    REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
    bool fake = false;
    for (const json& plugin : json::parse(outcome.out)) {
        CHECK(plugin.at("loadable").is_boolean());
        CHECK(plugin.at("path").get<std::string>().starts_with("/"));
        if (plugin.at("name") == "fake") {
            fake = plugin.at("loadable").get<bool>() && plugin.at("error").is_null() &&
                   !plugin.at("version").get<std::string>().empty();
        }
    }
    CHECK(fake);
}

TEST_CASE_FIXTURE(FakeStand, "version shows the command's version and the engine's") {
    stack(sample::single);
    const Outcome text = run({"version"});
    CHECK(text.code == 0);
    CHECK(text.out.starts_with("fairlead "));
    const json object = json::parse(run({"--format", "json", "version"}).out);
    CHECK(object.at("runtime") == "fake");
    CHECK(object.at("engine").at("name") == "fake");
}

TEST_CASE_FIXTURE(FakeStand, "--help shows the exit codes, for each command too") {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--help"}, {"up", "--help"}, {"logs", "--help"}}) {
        const Outcome outcome = run(arguments);
        CHECK(outcome.code == 0);
        CHECK_MESSAGE(outcome.out.find("2 usage or bad file, 3 engine unreachable") != std::string::npos,
                      outcome.out);
    }
}

TEST_CASE_FIXTURE(FakeStand, "ps and down of a project that is not there are fine, with -p and no file") {
    environment["FAIRLEAD_RUNTIME"] = "fake";
    const Outcome listed = run({"-p", "nothing", "--format", "json", "ps"});
    CHECK_MESSAGE(listed.code == 0, listed.err);
    CHECK(listed.out == "[]\n");
    const Outcome down = run({"-p", "nothing", "down"});
    CHECK_MESSAGE(down.code == 0, down.err);
}
