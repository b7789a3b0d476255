// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include <fairlead/log_stream.hpp>

namespace fairlead::docker {

/// Remembers the last stretch of what has been delivered, so that a stream which is opened again goes on
/// without loss and without repeating anything.
///
/// The engine stamps both streams independently, so they may come a little out of order: the new stream
/// begins `overlap` earlier, and what is known of it is left out, byte by byte, since without frames a
/// line may arrive in other pieces than before.
class LogMemory {
public:
    static constexpr std::chrono::milliseconds overlap{100};

    void delivered(const LogChunk& chunk);

    /// The stream is opened again: from here on known chunks are repetitions.
    void replay();

    /// Where the stream is to begin; nothing while nothing with a timestamp has been delivered.
    [[nodiscard]] std::optional<Timestamp> since() const;

    /// Takes away what has been delivered before; false when nothing remains.
    [[nodiscard]] bool keep_new(LogChunk& chunk);

private:
    struct Stretch {
        Timestamp time;
        LogSource source;
        std::uint64_t bytes;
    };

    std::deque<Stretch> recent_;
    std::optional<Timestamp> newest_;
    /// Nothing before it was asked for.
    std::optional<Timestamp> oldest_;
    /// Bytes still to be left out.
    std::map<std::pair<Timestamp, LogSource>, std::uint64_t> repeated_;
};

} // namespace fairlead::docker
