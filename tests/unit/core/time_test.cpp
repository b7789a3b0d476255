// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include <fairlead/time.hpp>

using namespace fairlead;
using namespace std::chrono_literals;

TEST_CASE("a duration may be compound and decimal") {
    CHECK(parse_duration("250ms").value() == 250ms);
    CHECK(parse_duration("1m30s").value() == 90s);
    CHECK(parse_duration("1.5m").value() == 90s);
    CHECK(parse_duration("2h3m4s5ms6us7ns").value() == 2h + 3min + 4s + 5ms + 6us + 7ns);
    CHECK(parse_duration("0").value() == 0s);
    CHECK(parse_duration("0s").value() == 0s);
}

TEST_CASE("a duration without a unit, with an unknown one, negative or too long is refused") {
    for (const char* text :
         {"", "10", "s", "1x", "-1s", "1s 2s", "nan s", "inf", "1e3s", "9999999999h"}) {
        CAPTURE(text);
        REQUIRE_FALSE(parse_duration(text));
        CHECK(parse_duration(text).error().code == Errc::invalid_spec);
    }
}

TEST_CASE("a duration that was written reads the same") {
    for (const std::chrono::nanoseconds duration : {0ns, 1ns, 1500ns, 250ms + 0ns, 90s + 0ns, 3h + 7ns}) {
        CAPTURE(duration.count());
        CHECK(parse_duration(format_duration(duration)).value() == duration);
    }
    CHECK(format_duration(90s) == "1m30s");
}

TEST_CASE("a time keeps its nanoseconds and is turned into UTC") {
    const auto time = parse_timestamp("2024-02-29T23:30:00.123456789+01:00");
    REQUIRE(time);
    CHECK(format_timestamp(*time) == "2024-02-29T22:30:00.123456789Z");
    CHECK(parse_timestamp(format_timestamp(*time)).value() == *time);
    CHECK(format_timestamp(parse_timestamp("1969-12-31T23:59:59.5Z").value()) ==
          "1969-12-31T23:59:59.500000000Z");
}

TEST_CASE("a time that is none is refused") {
    for (const char* text :
         {"", "2024-02-30T00:00:00Z", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01T25:00:00Z",
          "0001-01-01T00:00:00Z", "2024-01-01T00:00:00Zx", "2024-1-01T00:00:00Z"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_timestamp(text));
    }
}
