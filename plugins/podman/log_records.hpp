// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <fairlead/log_stream.hpp>

namespace fairlead::podman {

/// A line of conmon's log file, `TIME stdout|stderr F|P TEXT`, where P says that the line of output goes
/// on.
struct LogRecord {
    Timestamp time{};
    LogSource source = LogSource::stdout_stream;
    bool goes_on = false;
    /// Without the newline that F stands for.
    std::string_view text;
};

/// Nothing when the line, given without its newline, is no record.
[[nodiscard]] std::optional<LogRecord> read_log_record(std::string_view line);

/// How far before the end of a log its last lines begin. A line in pieces is one, an unterminated one as
/// well. `is_whole` says that `end` begins where the log begins; nothing when it is too short to tell.
[[nodiscard]] std::optional<std::uint64_t> tail_length(std::string_view end, bool is_whole,
                                                       std::uint64_t lines);

} // namespace fairlead::podman
