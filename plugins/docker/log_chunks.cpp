// SPDX-License-Identifier: MIT
#include "log_chunks.hpp"

#include <algorithm>

#include <fairlead/time.hpp>

namespace fairlead::docker {
namespace {

/// The longest form: nine decimals and an offset from UTC.
constexpr std::size_t longest_timestamp = 35;
/// Where engines cut a line that goes on.
constexpr std::size_t longest_piece = 16UL * 1024;

LogSource source_of(LogFrame::Stream stream) {
    return stream == LogFrame::Stream::standard_error ? LogSource::stderr_stream
                                                      : LogSource::stdout_stream;
}

} // namespace

std::optional<Timestamp> take_timestamp(std::string_view& text) {
    const auto space = text.substr(0, longest_timestamp + 1).find(' ');
    if (space == std::string_view::npos) {
        return std::nullopt;
    }
    const Result<Timestamp> time = parse_timestamp(text.substr(0, space));
    if (!time) {
        return std::nullopt;
    }
    text.remove_prefix(space + 1);
    return *time;
}

void LogChunkDecoder::feed(std::string_view bytes) {
    if (tty_) {
        raw_.erase(0, raw_position_);
        raw_position_ = 0;
        raw_ += bytes;
    } else {
        frames_.feed(bytes);
    }
}

std::optional<LogChunk> LogChunkDecoder::next() {
    return tty_ ? next_raw() : next_frame();
}

std::optional<LogChunk> LogChunkDecoder::next_frame() {
    std::optional<LogFrame> frame = frames_.next();
    if (!frame) {
        return std::nullopt;
    }
    if (frame->stream == LogFrame::Stream::engine_error) {
        engine_error_ = std::move(frame->payload);
        return std::nullopt;
    }
    std::string_view rest = frame->payload;
    const std::optional<Timestamp> time = take_timestamp(rest);
    frame->payload.erase(0, frame->payload.size() - rest.size());
    return LogChunk{
        .source = source_of(frame->stream), .timestamp = time, .bytes = std::move(frame->payload)};
}

std::optional<LogChunk> LogChunkDecoder::next_raw() {
    std::string_view rest = std::string_view(raw_).substr(raw_position_);
    if (rest.empty()) {
        raw_.clear();
        raw_position_ = 0;
        return std::nullopt;
    }
    if (!since_stamp_ || *since_stamp_ == longest_piece) {
        // The timestamp may itself be split.
        const bool complete = rest.size() > longest_timestamp ||
                              rest.find(' ') != std::string_view::npos ||
                              rest.find('\n') != std::string_view::npos;
        if (!complete && !finished_) {
            return std::nullopt;
        }
        if (const std::optional<Timestamp> time = take_timestamp(rest)) {
            stamp_ = time;
        }
        since_stamp_ = 0;
    }
    const std::size_t room = *since_stamp_ < longest_piece ? longest_piece - *since_stamp_ : rest.size();
    const auto newline = rest.find('\n');
    const bool ends_line = newline != std::string_view::npos && newline < room + 1;
    const std::size_t size = ends_line ? newline + 1 : std::min(room, rest.size());
    LogChunk chunk{.source = LogSource::stdout_stream,
                   .timestamp = stamp_,
                   .bytes = std::string(rest.substr(0, size))};
    raw_position_ = raw_.size() - rest.size() + size;
    since_stamp_ = ends_line ? std::nullopt : std::optional(*since_stamp_ + size);
    if (chunk.bytes.empty()) {
        return std::nullopt;
    }
    return chunk;
}

} // namespace fairlead::docker
