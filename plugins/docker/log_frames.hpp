// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fairlead::docker {

/// One piece of output as the engine sends it for a container without a terminal.
struct LogFrame {
    enum class Stream { standard_output, standard_error, engine_error };
    Stream stream = Stream::standard_output;
    std::string payload;
};

/// Takes a multiplexed stream apart, however it is split on the way: eight bytes of header (stream, three
/// zeros, length in network order), then the payload. Memory grows with what arrives, not with what a
/// header promises.
class LogFrameDecoder {
public:
    /// Far beyond what an engine puts into one frame (16 KiB and a timestamp).
    static constexpr std::uint32_t longest_frame = 16U * 1024 * 1024;

    void feed(std::string_view bytes);

    /// The next complete frame, or nothing until more has been fed.
    [[nodiscard]] std::optional<LogFrame> next();

    /// Whether a header made no sense; nothing more comes then.
    [[nodiscard]] bool broken() const noexcept { return broken_; }

    /// Whether the stream may end here, and not in the middle of a frame.
    [[nodiscard]] bool at_boundary() const noexcept { return position_ == buffer_.size(); }

private:
    std::string buffer_;
    std::size_t position_ = 0;
    bool broken_ = false;
};

} // namespace fairlead::docker
