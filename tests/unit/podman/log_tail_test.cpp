// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include <fairlead/time.hpp>

#include "log_tail.hpp"

using namespace fairlead;
using namespace fairlead::podman;

namespace {

const std::string log = "2026-11-23T19:26:16.000000001+00:00 stdout F out1\n"
                        "2026-11-23T19:26:16.000000001+00:00 stdout F err\r\n"
                        "2026-11-23T19:26:16.000000002+00:00 stderr F e1\n"
                        "2026-11-23T19:26:16.000000003+00:00 stdout P xx\n"
                        "2026-11-23T19:26:16.000000004+00:00 stdout F yy\n"
                        "2026-11-23T19:26:16.000000005+00:00 stdout P unterminated\n";

Timestamp at(int nanoseconds) {
    return parse_timestamp("2026-11-23T19:26:16Z").value() + std::chrono::nanoseconds(nanoseconds);
}

} // namespace

TEST_CASE("an unterminated line is a line, and a line in pieces is one") {
    CHECK(find_tail_in(log, true, 1) == TailMark{.since = at(5)});
    CHECK(find_tail_in(log, true, 2) == TailMark{.since = at(3)});
    CHECK(find_tail_in(log, true, 3) == TailMark{.since = at(2)});
}

TEST_CASE("lines of one time are told apart by their bytes") {
    CHECK(find_tail_in(log, true, 4) == TailMark{.since = at(1), .skip_stdout = 5});
    CHECK(find_tail_in(log, true, 5) == TailMark{.since = at(1)});
    CHECK(find_tail_in(log, true, 99) == TailMark{.since = at(1)});
}

TEST_CASE("no line at all begins behind the last") {
    CHECK(find_tail_in(log, true, 0) == TailMark{.since = at(5), .skip_stdout = 12});
    CHECK_FALSE(find_tail_in("", true, 0));
}

TEST_CASE("an end that is too short to tell says so, at every length") {
    for (std::size_t begin = 1; begin < log.size(); ++begin) {
        for (const std::uint64_t lines : {1U, 2U, 3U, 4U}) {
            const auto mark = find_tail_in(std::string_view(log).substr(begin), false, lines);
            CAPTURE(begin);
            CAPTURE(lines);
            CHECK((!mark || mark == find_tail_in(log, true, lines)));
        }
    }
    CHECK_FALSE(find_tail_in(std::string_view(log).substr(60), false, 4));
}

TEST_CASE("a file that is not there has no tail") {
    CHECK_FALSE(find_tail("/nowhere/ctr.log", 3));
}
