// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include "log_frames.hpp"

using namespace fairlead::docker;

namespace {

std::string frame(char type, const std::string& payload) {
    const auto size = static_cast<std::uint32_t>(payload.size());
    std::string bytes = {type, 0, 0, 0};
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        bytes += static_cast<char>(size >> shift & 0xffU);
    }
    return bytes + payload;
}

std::string decoded(LogFrameDecoder& decoder) {
    std::string text;
    while (const auto next = decoder.next()) {
        text += next->stream == LogFrame::Stream::standard_output  ? "out:"
                : next->stream == LogFrame::Stream::standard_error ? "err:"
                                                                   : "engine:";
        text += next->payload + ";";
    }
    return text;
}

} // namespace

TEST_CASE("frames come out the same wherever the stream is split in two") {
    const std::string stream =
        frame(1, "one\n") + frame(2, std::string("t\0o", 3)) + frame(1, "") + frame(1, "end");
    for (std::size_t split = 0; split <= stream.size(); ++split) {
        LogFrameDecoder decoder;
        decoder.feed(stream.substr(0, split));
        std::string text = decoded(decoder);
        decoder.feed(stream.substr(split));
        text += decoded(decoder);
        CHECK(text == std::string("out:one\n;err:t\0o;out:;out:end;", 30));
        CHECK(decoder.at_boundary());
    }
}

TEST_CASE("frames come out the same when every byte comes alone") {
    LogFrameDecoder decoder;
    std::string text;
    for (const char c : frame(1, "one") + frame(2, "two")) {
        decoder.feed({&c, 1});
        text += decoded(decoder);
    }
    CHECK(text == "out:one;err:two;");
}

TEST_CASE("a stream cut within a frame is not at a boundary") {
    LogFrameDecoder decoder;
    decoder.feed(frame(1, "one") + frame(1, "two").substr(0, 9));
    CHECK(decoded(decoder) == "out:one;");
    CHECK_FALSE(decoder.at_boundary());
    CHECK_FALSE(decoder.broken());
}

TEST_CASE("a frame length beyond reason breaks the stream before anything is allocated") {
    LogFrameDecoder decoder;
    decoder.feed(std::string("\1\0\0\0\xff\xff\xff\xff", 8));
    CHECK_FALSE(decoder.next());
    CHECK(decoder.broken());
}

TEST_CASE("an unknown frame type and a header with stray bytes break the stream") {
    LogFrameDecoder unknown;
    unknown.feed(frame(9, "x"));
    CHECK_FALSE(unknown.next());
    CHECK(unknown.broken());
    LogFrameDecoder stray;
    stray.feed(std::string("\1\1\0\0\0\0\0\1x", 9));
    CHECK_FALSE(stray.next());
    CHECK(stray.broken());
}

TEST_CASE("a frame of type three is the engine's own error") {
    LogFrameDecoder decoder;
    decoder.feed(frame(3, "disk gone"));
    CHECK(decoded(decoder) == "engine:disk gone;");
}
