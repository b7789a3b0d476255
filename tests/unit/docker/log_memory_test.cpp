// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "log_memory.hpp"

using namespace fairlead;
using namespace fairlead::docker;
using namespace std::chrono_literals;

namespace {

LogChunk chunk(std::chrono::milliseconds time, std::string bytes,
               LogSource source = LogSource::stdout_stream) {
    return {.source = source, .timestamp = Timestamp(time), .bytes = std::move(bytes)};
}

} // namespace

TEST_CASE("what was delivered before is left out after a replay, and the rest kept") {
    LogMemory memory;
    memory.delivered(chunk(1000ms, "a\n"));
    memory.delivered(chunk(1000ms, "b\n"));
    memory.replay();
    LogChunk a = chunk(1000ms, "a\n");
    LogChunk b = chunk(1000ms, "b\n");
    LogChunk c = chunk(1000ms, "c\n");
    CHECK_FALSE(memory.keep_new(a));
    CHECK_FALSE(memory.keep_new(b));
    CHECK(memory.keep_new(c));
}

TEST_CASE("of a piece that was delivered in part the rest is kept") {
    LogMemory memory;
    memory.delivered(chunk(1000ms, "abc"));
    memory.replay();
    LogChunk whole = chunk(1000ms, "abcdef\n");
    CHECK(memory.keep_new(whole));
    CHECK(whole.bytes == "def\n");
}

TEST_CASE("the streams are told apart, and an older chunk that was never delivered is kept") {
    LogMemory memory;
    memory.delivered(chunk(1000ms, "out\n"));
    memory.delivered(chunk(1010ms, "out2\n"));
    memory.replay();
    LogChunk late = chunk(1005ms, "err\n", LogSource::stderr_stream);
    LogChunk twin = chunk(1000ms, "out\n", LogSource::stderr_stream);
    CHECK(memory.keep_new(late));
    CHECK(memory.keep_new(twin));
}

TEST_CASE("a replay begins a little before the newest chunk and never before the first") {
    LogMemory memory;
    CHECK_FALSE(memory.since());
    memory.delivered(chunk(1000ms, "a\n"));
    CHECK(memory.since() == Timestamp(1000ms));
    memory.delivered(chunk(5000ms, "b\n"));
    CHECK(memory.since() == Timestamp(5000ms) - LogMemory::overlap);
}
