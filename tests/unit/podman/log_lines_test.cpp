// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <fairlead/time.hpp>

#include "log_lines.hpp"

using namespace fairlead;
using namespace fairlead::podman;

namespace {

const Timestamp now = parse_timestamp("2030-01-01T00:00:00Z").value();

std::string take_all(LogLines& lines) {
    std::string bytes;
    while (auto chunk = lines.take()) {
        bytes += chunk->bytes;
    }
    return bytes;
}

std::string read(std::string_view text) {
    LogLines lines(LogSource::stdout_stream);
    lines.feed(text, now);
    lines.flush();
    return take_all(lines);
}

} // namespace

TEST_CASE("timestamps are taken out and kept beside the bytes") {
    LogLines lines(LogSource::stderr_stream);
    lines.feed("2026-11-23T19:26:16.176708446Z one\n2026-11-23T21:26:17.000000000+02:00 two\r\n", now);
    const auto one = lines.take();
    const auto two = lines.take();
    REQUIRE(one);
    REQUIRE(two);
    CHECK(one->bytes == "one\n");
    CHECK(one->source == LogSource::stderr_stream);
    CHECK(one->timestamp == parse_timestamp("2026-11-23T19:26:16.176708446Z").value());
    CHECK(two->bytes == "two\r\n");
    CHECK(two->timestamp == parse_timestamp("2026-11-23T19:26:17Z").value());
    CHECK_FALSE(lines.take());
}

TEST_CASE("a line that was written in pieces has a timestamp before each, and comes out whole") {
    CHECK(read("2026-11-23T19:26:16.000000001Z ab2026-11-23T19:26:16.000000002Z "
               "cd2026-11-23T19:26:16.000000003Z \n"
               "2026-11-23T19:26:16.000000004Z rest") == "abcd\nrest");
}

TEST_CASE("a remote service's timestamps, which have no fraction, are taken out too") {
    LogLines lines(LogSource::stdout_stream);
    lines.feed("2026-11-23T19:26:16Z one\n2026-11-23T21:26:17+02:00 two", now);
    const auto one = lines.take();
    REQUIRE(one);
    CHECK(one->bytes == "one\n");
    CHECK(one->timestamp == parse_timestamp("2026-11-23T19:26:16Z").value());
    lines.flush();
    CHECK(take_all(lines) == "two");
}

TEST_CASE("a timestamp that the program wrote stays") {
    SUBCASE("in the middle, to the second") {
        CHECK(read("2026-11-23T19:26:16Z at 2026-11-23T19:26:16Z up\n") ==
              "at 2026-11-23T19:26:16Z up\n");
    }
    SUBCASE("at the beginning of its line") {
        CHECK(read("2026-11-23T19:26:16.000000002Z 2026-11-23T19:26:16.000000002Z up\n") ==
              "2026-11-23T19:26:16.000000002Z up\n");
    }
    SUBCASE("in the middle, from before the line was read") {
        CHECK(read("2026-11-23T19:26:16.000000002Z at 2026-11-23T19:26:16.000000001Z up\n") ==
              "at 2026-11-23T19:26:16.000000001Z up\n");
    }
    SUBCASE("in the middle, from the future") {
        CHECK(read("2026-11-23T19:26:16.000000002Z until 2031-11-23T19:26:16.000000001Z ok\n") ==
              "until 2031-11-23T19:26:16.000000001Z ok\n");
    }
}

TEST_CASE("the bytes are the same wherever the stream is cut") {
    const std::string text = "2026-11-23T19:26:16.000000001Z a2\xff"
                             "2026-11-23T19:26:16.000000002Z 20\n"
                             "2026-11-23T19:26:16.000000003Z \n2026-11-23T19:26:16.000000004Z end 2026";
    const std::string expected = "a2\xff"
                                 "20\n\nend 2026";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        LogLines lines(LogSource::stdout_stream);
        lines.feed(std::string_view(text).substr(0, cut), now);
        lines.feed(std::string_view(text).substr(cut), now);
        lines.flush();
        CAPTURE(cut);
        CHECK(take_all(lines) == expected);
    }
    LogLines lines(LogSource::stdout_stream);
    for (const char c : text) {
        lines.feed({&c, 1}, now);
    }
    lines.flush();
    CHECK(take_all(lines) == expected);
}

TEST_CASE("what podman itself says is no output of the container") {
    LogLines lines(LogSource::stderr_stream);
    lines.feed("Error: no container with name or ID \"x\" found: no such "
               "container\n2026-11-23T19:26:16.000000001Z e\n",
               now);
    CHECK(take_all(lines) == "e\n");
    CHECK(lines.diagnostics().starts_with("Error: no container"));
}
