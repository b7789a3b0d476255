// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include <fairlead/time.hpp>

#include "log_chunks.hpp"

using namespace fairlead;
using namespace fairlead::docker;

namespace {

const std::string stamp = "2024-05-01T12:00:00.000000001Z ";
const std::string later = "2024-05-01T12:00:01.000000002Z ";

std::string text_of_all(LogChunkDecoder& decoder, int* stamped = nullptr) {
    std::string text;
    while (const auto chunk = decoder.next()) {
        text += chunk->bytes;
        if (stamped != nullptr && chunk->timestamp) {
            ++*stamped;
        }
    }
    return text;
}

} // namespace

TEST_CASE("the timestamp is taken off a frame and given apart") {
    LogChunkDecoder decoder(false);
    const std::string payload = stamp + "hello\n";
    decoder.feed(std::string("\2\0\0\0\0\0\0", 7) + static_cast<char>(payload.size()) + payload);
    const auto chunk = decoder.next();
    REQUIRE(chunk);
    CHECK(chunk->bytes == "hello\n");
    CHECK(chunk->source == LogSource::stderr_stream);
    REQUIRE(chunk->timestamp);
    CHECK(format_timestamp(*chunk->timestamp) + " " == stamp);
}

TEST_CASE("a frame without a timestamp is passed on whole") {
    LogChunkDecoder decoder(false);
    decoder.feed(std::string("\1\0\0\0\0\0\0\4a b\n", 12));
    const auto chunk = decoder.next();
    REQUIRE(chunk);
    CHECK(chunk->bytes == "a b\n");
    CHECK_FALSE(chunk->timestamp);
}

TEST_CASE("a terminal's timestamps are taken off each line wherever the stream is split") {
    const std::string stream = stamp + "one\r\n" + later + "\r\n" + later + "unfinished";
    for (std::size_t split = 0; split <= stream.size(); ++split) {
        LogChunkDecoder decoder(true);
        decoder.feed(stream.substr(0, split));
        std::string text = text_of_all(decoder);
        decoder.feed(stream.substr(split));
        decoder.finish();
        text += text_of_all(decoder);
        CHECK(text == "one\r\n\r\nunfinished");
        CHECK(decoder.at_boundary());
    }
}

TEST_CASE("a terminal's timestamps are taken off where the engine cuts a long line") {
    const std::string piece(16384, 'x');
    LogChunkDecoder decoder(true);
    decoder.feed(stamp + piece + stamp + piece + stamp + "end\n" + later + "next\n");
    CHECK(text_of_all(decoder) == piece + piece + "end\nnext\n");
}

TEST_CASE("something that looks like a timestamp within a line stays") {
    LogChunkDecoder decoder(true);
    decoder.feed(stamp + "at " + later + "it began\n");
    CHECK(text_of_all(decoder) == "at " + later + "it began\n");
}
