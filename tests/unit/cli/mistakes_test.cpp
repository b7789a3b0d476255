// SPDX-License-Identifier: MIT
#include <string>

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

    void file(std::string_view text) const { folder().write("fairlead.json", text); }
};

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE_FIXTURE(FakeStand, "a broken file is refused with the place of the break") {
    file("{\n  \"services\": {\n    \"db\": {\"image\": \"busybox\"\n");
    for (const char* name : {"up", "down", "ps", "logs", "config"}) {
        const Outcome outcome = run({name});
        CHECK(outcome.code == 2);
        CHECK(outcome.out.empty());
        CHECK_MESSAGE(contains(outcome.err, "fairlead.json:"), name, ": ", outcome.err);
        // A line and a column.
        CHECK_MESSAGE(contains(outcome.err, "fairlead.json:4:"), name, ": ", outcome.err);
    }
}

TEST_CASE_FIXTURE(FakeStand, "a mistyped key is refused with its place and the likely word") {
    file("{\"services\": {\n  \"db\": {\"image\": \"busybox\",\n    \"depend_on\": [\"x\"]}}}");
    const Outcome up = run({"up"});
    CHECK(up.code == 2);
    CHECK_MESSAGE(contains(up.err, "fairlead.json:3:5"), up.err);
    CHECK_MESSAGE(contains(up.err, "depends_on"), up.err);
}

TEST_CASE_FIXTURE(FakeStand,
                  "a mistyped service is refused with the likely word, and nothing is started") {
    stack(sample::chain, sample::chain_volumes);
    const Outcome up = run({"up", "wbe"});
    CHECK(up.code == 2);
    CHECK_MESSAGE(contains(up.err, "Did you mean \"web\"?"), up.err);
    CHECK_FALSE(contains(up.err, "starting"));
}

TEST_CASE_FIXTURE(FakeStand, "a circle of dependencies is refused with its members") {
    stack(
        R"({"a": {"image": "busybox", "depends_on": ["b"]}, "b": {"image": "busybox", "depends_on": ["a"]}})");
    for (const char* name : {"up", "config"}) {
        const Outcome outcome = run({name});
        CHECK(outcome.code == 2);
        CHECK_MESSAGE(contains(outcome.err, "a -> b -> a"), outcome.err);
    }
}

TEST_CASE_FIXTURE(FakeStand, "without any stack file the message says which names are looked for") {
    const Outcome up = run({"up"});
    CHECK(up.code == 2);
    CHECK_MESSAGE(contains(up.err, "fairlead.json"), up.err);
    CHECK_MESSAGE(contains(up.err, "compose.json"), up.err);
    const Outcome named = run({"-f", "nowhere.json", "up"});
    CHECK(named.code == 2);
    CHECK_MESSAGE(contains(named.err, "nowhere.json"), named.err);
}

TEST_CASE("an unknown plugin is refused with the places that were searched") {
    Stand stand("dokcer");
    stand.stack(sample::single);
    const Outcome up = stand.run({"up", "-d"});
    CHECK(up.code == 2);
    CHECK_MESSAGE(contains(up.err, "fairlead-dokcer.so"), up.err);
    CHECK_FALSE(contains(up.err, "starting"));
}

TEST_CASE("an unknown option of a plugin is refused with the likely word") {
    Stand stand("fake");
    stand.options("fake", R"({"latencey": "1s"})");
    stand.stack(sample::single);
    const Outcome up = stand.run({"up"});
    CHECK(up.code == 2);
    CHECK_MESSAGE(contains(up.err, "latency"), up.err);
}

TEST_CASE_FIXTURE(FakeStand, "--format json writes an error as one object on standard error") {
    file("{\"services\": {\"db\": {\"imge\": \"busybox\"}}}");
    const Outcome up = run({"--format", "json", "up"});
    CHECK(up.code == 2);
    const json error = json::parse(up.err);
    CHECK(error.at("code") == "invalid_file");
    CHECK(contains(error.dump(), "image"));
}

TEST_CASE_FIXTURE(FakeStand, "a mistake on the command line is told with exit code 2") {
    stack(sample::single);
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"no-such-command"},
                                                      {"up", "--no-such-option"},
                                                      {},
                                                      {"--format", "yaml", "ps"},
                                                      {"down", "-t", "soon"},
                                                      {"logs", "--tail", "-1"}}) {
        const Outcome outcome = run(arguments);
        CHECK_MESSAGE(outcome.code == 2, fmt::format("{}", arguments.empty() ? "" : arguments.back()));
        CHECK_FALSE(outcome.err.empty());
    }
}
