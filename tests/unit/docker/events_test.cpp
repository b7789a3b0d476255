// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include "api_version.hpp"
#include "events_json.hpp"
#include "json_splitter.hpp"

using namespace fairlead;
using namespace fairlead::docker;

TEST_CASE("objects come out the same wherever the stream is split") {
    const std::string stream = "{\"a\":\"}\\\"{\"}\r\n{\"b\":{\"c\":[{}]}}{}\n";
    for (std::size_t split = 0; split <= stream.size(); ++split) {
        JsonSplitter splitter;
        std::string text;
        for (const std::string& part : {stream.substr(0, split), stream.substr(split)}) {
            splitter.feed(part);
            while (const auto object = splitter.next()) {
                text += *object + ";";
            }
        }
        CHECK(text == "{\"a\":\"}\\\"{\"};{\"b\":{\"c\":[{}]}};{};");
        CHECK_FALSE(splitter.broken());
    }
}

TEST_CASE("a stream that is not objects, or one object without end, is broken") {
    JsonSplitter text;
    text.feed("hello");
    CHECK_FALSE(text.next());
    CHECK(text.broken());
    JsonSplitter endless;
    endless.feed("{\"" + std::string(JsonSplitter::longest_object + 10, 'x'));
    CHECK_FALSE(endless.next());
    CHECK(endless.broken());
}

TEST_CASE("a cut object is noticed at the end") {
    JsonSplitter splitter;
    splitter.feed("{}{\"a\"");
    CHECK(splitter.next());
    CHECK_FALSE(splitter.next());
    CHECK_FALSE(splitter.at_boundary());
}

TEST_CASE("an event carries name, service, time and exit code") {
    const auto event = read_event(*parse_json(
        R"({"Type":"container","Action":"die","Actor":{"ID":"ab","Attributes":{"exitCode":"137","name":"p.s",
            "dev.fairlead.service":"s"}},"timeNano":1500000000000000001})"));
    REQUIRE(event);
    CHECK(event->kind == ContainerEventKind::exited);
    CHECK(event->exit_code == 137);
    CHECK(event->name == "p.s");
    CHECK(event->service == "s");
    CHECK(event->id.value() == "ab");
    CHECK(event->time.time_since_epoch().count() == 1500000000000000001);
}

TEST_CASE("health verdicts are events and everything else is not") {
    const auto kind = [](const std::string& action) {
        const auto event = read_event({{"Type", "container"}, {"Action", action}});
        return event ? std::optional(event->kind) : std::nullopt;
    };
    CHECK(kind("health_status: healthy") == ContainerEventKind::healthy);
    CHECK(kind("health_status: unhealthy") == ContainerEventKind::unhealthy);
    CHECK(kind("start") == ContainerEventKind::started);
    CHECK(kind("destroy") == ContainerEventKind::removed);
    CHECK_FALSE(kind("exec_start: sh"));
    CHECK_FALSE(read_event(Json("text")));
}

TEST_CASE("API versions compare as numbers") {
    CHECK(*parse_api_version("1.100") > *parse_api_version("1.41"));
    CHECK_FALSE(parse_api_version("1"));
    CHECK_FALSE(parse_api_version("1.x"));
    CHECK_FALSE(parse_api_version(""));
}
