// SPDX-License-Identifier: MIT
#include <thread>

#include <doctest/doctest.h>

#include "fake_fixture.hpp"

using namespace fairlead;
using namespace fairlead::tests;

namespace {

constexpr auto scripted = R"({"clock": "virtual", "services": {"db": {"exit_after": "10s", "logs": [
    "ready", {"after": "2s", "stream": "stderr", "text": "warning"}, {"after": "4s", "text": "bye"}]}}})";

} // namespace

TEST_CASE("a followed log ends when the container has stopped, with both streams and their times") {
    Fake fake(scripted);
    const ContainerId id = fake.start(spec_of("db"));
    auto stream = fake.runtime().logs(id, {.follow = true});
    REQUIRE(stream);
    std::vector<LogChunk> chunks;
    while (auto chunk = (*stream)->next().value()) {
        chunks.push_back(*chunk);
    }
    REQUIRE(chunks.size() == 3);
    CHECK(chunks[0].bytes == "ready\n");
    CHECK(chunks[1].source == LogSource::stderr_stream);
    CHECK(*chunks[1].timestamp - *chunks[0].timestamp == 2s);
    CHECK(chunks[2].bytes == "bye\n");
    CHECK(fake.elapsed() == 10s);
    CHECK_FALSE((*stream)->next().value());
}

TEST_CASE("without follow a log is what there is now") {
    Fake fake(scripted);
    const ContainerId id = fake.start(spec_of("db"));
    CHECK(read_all(**fake.runtime().logs(id)) == "ready\n");
    CHECK(fake.elapsed() == 0s);
}

TEST_CASE("tail counts lines, not chunks, and an unfinished line is one") {
    Fake fake;
    const ContainerId id = fake.start(spec_of("db"));
    for (const char* bytes : {"one\ntwo\n", "thr", "ee\nfo", "ur"}) {
        REQUIRE(fake.control().write_log("shop.db", LogSource::stdout_stream, bytes));
    }
    const auto tail = [&](std::uint64_t lines) {
        return read_all(**fake.runtime().logs(id, {.tail = lines}));
    };
    CHECK(tail(0).empty());
    CHECK(tail(1) == "four");
    CHECK(tail(2) == "three\nfour");
    CHECK(tail(3) == "two\nthree\nfour");
    CHECK(tail(9) == "one\ntwo\nthree\nfour");
}

TEST_CASE("since leaves out what was written before, with tail as well") {
    Fake fake(scripted);
    const auto hold = fake.control().hold_clock();
    const ContainerId id = fake.start(spec_of("db"));
    REQUIRE(fake.control().advance(5s));
    const Timestamp since = fake.control().now() - 3s;
    CHECK(read_all(**fake.runtime().logs(id, {.since = since})) == "warning\nbye\n");
    CHECK(read_all(**fake.runtime().logs(id, {.tail = 1, .since = since})) == "bye\n");
    CHECK(read_all(**fake.runtime().logs(id, {.tail = 9, .since = since})) == "warning\nbye\n");
}

TEST_CASE("reading a followed log is cancellable and can go on afterwards") {
    Fake fake;
    const ContainerId id = fake.start(spec_of("db"));
    auto stream = fake.runtime().logs(id, {.follow = true});
    std::stop_source stop;
    stop.request_stop();
    CHECK((*stream)->next(stop.get_token()).error().code == Errc::cancelled);
    REQUIRE(fake.control().write_log("shop.db", LogSource::stdout_stream, "late"));
    CHECK((*stream)->next().value()->bytes == "late");
}

TEST_CASE("a followed log survives a restart and ends with a removal") {
    Fake fake(R"({"clock": "virtual", "services": {"db": {"logs": ["hello"]}}})");
    ContainerSpec spec = spec_of("db");
    spec.restart.mode = RestartMode::always;
    const ContainerId id = fake.start(spec);
    auto stream = fake.runtime().logs(id, {.follow = true});
    CHECK((*stream)->next().value()->bytes == "hello\n");
    REQUIRE(fake.control().exit_container("shop.db", 1));
    CHECK((*stream)->next().value()->bytes == "hello\n");
    REQUIRE(fake.runtime().remove("shop.db"));
    CHECK_FALSE((*stream)->next().value());
}
