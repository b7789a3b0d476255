// SPDX-License-Identifier: MIT
#include "log_frames.hpp"

namespace fairlead::docker {
namespace {

constexpr std::size_t header_size = 8;

std::uint32_t big_endian(std::string_view bytes) {
    std::uint32_t value = 0;
    for (const char c : bytes) {
        value = value << 8U | static_cast<unsigned char>(c);
    }
    return value;
}

} // namespace

void LogFrameDecoder::feed(std::string_view bytes) {
    buffer_.erase(0, position_);
    position_ = 0;
    buffer_ += bytes;
}

std::optional<LogFrame> LogFrameDecoder::next() {
    const std::string_view rest = std::string_view(buffer_).substr(position_);
    if (broken_ || rest.size() < header_size) {
        return std::nullopt;
    }
    const auto type = static_cast<unsigned char>(rest[0]);
    const std::uint32_t length = big_endian(rest.substr(4, 4));
    // Types 0 (standard input, echoed) and 1 are both what the process wrote.
    if (type > 3 || rest.substr(1, 3) != std::string_view("\0\0\0", 3) || length > longest_frame) {
        broken_ = true;
        return std::nullopt;
    }
    if (rest.size() < header_size + length) {
        return std::nullopt;
    }
    position_ += header_size + length;
    LogFrame frame{.payload = std::string(rest.substr(header_size, length))};
    if (type == 2) {
        frame.stream = LogFrame::Stream::standard_error;
    } else if (type == 3) {
        frame.stream = LogFrame::Stream::engine_error;
    }
    return frame;
}

} // namespace fairlead::docker
