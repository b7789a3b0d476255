// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <fairlead/log_stream.hpp>

#include "log_frames.hpp"

namespace fairlead::docker {

/// Turns what the engine sends into chunks. It is always asked for timestamps, which it puts in front of
/// every piece of output; they are taken off again.
///
/// Without a terminal each piece is a frame. With one the stream is raw: a timestamp stands at the
/// beginning of each line, and again wherever the engine cuts a longer line.
class LogChunkDecoder {
public:
    explicit LogChunkDecoder(bool tty) : tty_(tty) {}

    void feed(std::string_view bytes);

    /// No more bytes come.
    void finish() noexcept { finished_ = true; }

    /// The next chunk, or nothing until more has been fed.
    [[nodiscard]] std::optional<LogChunk> next();

    /// What is wrong with the stream; nothing more comes then.
    [[nodiscard]] bool broken() const noexcept { return frames_.broken(); }
    /// What the engine itself reported within the stream.
    [[nodiscard]] const std::optional<std::string>& engine_error() const noexcept {
        return engine_error_;
    }
    /// Whether the stream may end here.
    [[nodiscard]] bool at_boundary() const noexcept {
        return tty_ ? raw_.empty() : frames_.at_boundary();
    }

private:
    std::optional<LogChunk> next_frame();
    std::optional<LogChunk> next_raw();

    bool tty_;
    bool finished_ = false;
    LogFrameDecoder frames_;
    std::optional<std::string> engine_error_;
    std::string raw_;
    std::size_t raw_position_ = 0;
    /// Bytes since the last timestamp, to know where the engine cuts a long line; none at a line's start.
    std::optional<std::size_t> since_stamp_;
    std::optional<Timestamp> stamp_;
};

/// Takes the timestamp off the front, if there is one.
[[nodiscard]] std::optional<Timestamp> take_timestamp(std::string_view& text);

} // namespace fairlead::docker
