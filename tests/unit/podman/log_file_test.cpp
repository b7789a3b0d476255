// SPDX-License-Identifier: MIT
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <unistd.h>

#include <fairlead/time.hpp>

#include "log_file.hpp"

using namespace fairlead;
using namespace fairlead::podman;

namespace {

const std::string log = "2026-11-23T19:26:16.000000001+00:00 stdout F out1\n"
                        "2026-11-23T19:26:16.000000001+00:00 stdout F err\r\n"
                        "2026-11-23T19:26:16.000000002+00:00 stderr F e1\n"
                        "2026-11-23T19:26:16.000000003+00:00 stdout P xx\n"
                        "2026-11-23T19:26:16.000000004+00:00 stdout F yy\n"
                        "2026-11-23T19:26:16.000000005+00:00 stdout P unterminated\n";

struct TemporaryLog {
    explicit TemporaryLog(const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
    TemporaryLog(const TemporaryLog&) = delete;
    TemporaryLog& operator=(const TemporaryLog&) = delete;
    ~TemporaryLog() { ::unlink(path.c_str()); }

    std::string path = "/tmp/fairlead-log-file-test-" + std::to_string(::getpid());
};

std::string read(const std::string& text, const LogOptions& options) {
    const TemporaryLog file(text);
    const auto stream = LogFile::open(file.path, "id", 0, options);
    REQUIRE(stream);
    std::string bytes;
    for (;;) {
        const auto chunk = stream->next();
        REQUIRE(chunk);
        if (!*chunk) {
            return bytes;
        }
        bytes += ((*chunk)->source == LogSource::stderr_stream ? "!" : "") + (*chunk)->bytes;
    }
}

} // namespace

TEST_CASE("a log file comes out byte for byte, pieces joined and nothing added") {
    CHECK(read(log, {}) == "out1\nerr\r\n!e1\nxxyy\nunterminated");
    CHECK(read("", {}).empty());
    CHECK(read(log + "2026-11-23T19:26:16.000000006+00:00 stdout P half a rec", {})
              .ends_with("unterminated"));
}

TEST_CASE("the last lines are counted over both streams, a line in pieces as one") {
    CHECK(read(log, {.tail = 0}).empty());
    CHECK(read(log, {.tail = 1}) == "unterminated");
    CHECK(read(log, {.tail = 2}) == "xxyy\nunterminated");
    CHECK(read(log, {.tail = 4}) == "err\r\n!e1\nxxyy\nunterminated");
    CHECK(read(log, {.tail = 99}) == read(log, {}));
    const std::string whole_lines = log.substr(0, log.rfind("2026-"));
    std::string big;
    for (int i = 0; i < 20000; ++i) {
        big += whole_lines;
    }
    // More than one look at the end of the file.
    CHECK(read(big, {.tail = 20000}).size() == 5000 * read(whole_lines, {}).size());
}

TEST_CASE("what is as old as asked for is there") {
    CHECK(read(log, {.since = parse_timestamp("2026-11-23T19:26:16.000000003Z").value()}) ==
          "xxyy\nunterminated");
}

TEST_CASE("an end that is too short to tell says so, wherever it begins") {
    for (std::size_t begin = 1; begin < log.size(); ++begin) {
        for (const std::uint64_t lines : {1U, 2U, 3U, 4U}) {
            CAPTURE(begin);
            const auto length = tail_length(std::string_view(log).substr(begin), false, lines);
            CHECK((!length || length == tail_length(log, true, lines)));
        }
    }
}

TEST_CASE("a file that is not there is not read") {
    CHECK(LogFile::open("/nowhere/ctr.log", "id", 0, {}) == nullptr);
    CHECK(LogFile::open("/tmp", "id", 0, {}) == nullptr);
}
