// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <fairlead/container_status.hpp>
#include <fairlead/error.hpp>
#include <fairlead/export.hpp>

namespace fairlead {

struct LogOptions {
    /// Stay until the container has stopped and everything is drained.
    bool follow = false;
    /// Only the last so many lines; absent: all.
    std::optional<std::uint64_t> tail;
    /// Only what was written at this time or later.
    std::optional<Timestamp> since;
};

enum class LogSource {
    stdout_stream,
    stderr_stream,
    /// Not output: the engine was lost and `bytes` says which stretch may be missing.
    gap,
};

[[nodiscard]] FAIRLEAD_API std::string_view to_string(LogSource source) noexcept;

/// A stretch of output. Chunks keep their order within one source, but a chunk is not a line: a line
/// may span several, and the last one may end without a newline.
struct LogChunk {
    LogSource source = LogSource::stdout_stream;
    /// When the engine received it, if it says so.
    std::optional<Timestamp> timestamp;
    /// Exactly what the process wrote; any bytes.
    std::string bytes;
};

/// The output of one container, being read.
///
/// Ownership: the caller's; destroying it ends the reading and never touches the container. It must
/// not outlive the runtime that made it.
/// Threads: one at a time; different streams are independent.
class FAIRLEAD_API LogStream {
public:
    LogStream() = default;
    LogStream(const LogStream&) = delete;
    LogStream& operator=(const LogStream&) = delete;
    virtual ~LogStream();

    /// The next chunk, or nothing once all has been delivered.
    ///
    /// Absent or already done: after the end, nothing again.
    /// Errors: `cancelled`; `unavailable` when the engine is lost for good; `protocol` when its
    /// stream breaks off or makes no sense. After an error other than `cancelled` the stream is over.
    /// Blocking: until there is a chunk, the end, an error, or `stop` is asked for (within 100 ms).
    [[nodiscard]] Result<std::optional<LogChunk>> next(std::stop_token stop = {});

private:
    virtual Result<std::optional<LogChunk>> do_next(std::stop_token stop) = 0;
};

} // namespace fairlead
