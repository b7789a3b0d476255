// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <fairlead/log_stream.hpp>

namespace fairlead::podman {

/// Takes the timestamps out of one stream of `podman logs --timestamps`.
///
/// Podman puts one at the beginning of each line, and, when a line was written in pieces, one before each
/// piece, in the middle of the line. Such a one is told from a timestamp of the program's own by its
/// time: it is not before that of the line's beginning, which a program's own is, and never follows
/// another directly.
class LogLines {
public:
    explicit LogLines(LogSource source) : source_(source) {}

    /// `now` bounds what can be a timestamp of podman's.
    void feed(std::string_view bytes, Timestamp now);

    /// The rest, when nothing more will come, or not soon.
    void flush();

    /// The next stretch, if there is one.
    std::optional<LogChunk> take();

    /// A few bytes are held back that may be the beginning of a timestamp, or all that the program has
    /// written so far. At the beginning of a line, or when there is more of it, it is a timestamp.
    [[nodiscard]] bool holds_back() const {
        return !rest_.empty() && !at_line_start_ && rest_.size() <= longest_doubt;
    }

    /// What podman itself said, in lines without a timestamp.
    [[nodiscard]] const std::string& diagnostics() const { return diagnostics_; }

private:
    /// A year.
    static constexpr std::size_t longest_doubt = 4;
    void cut(Timestamp now, bool all);
    void emit(std::string_view bytes);

    LogSource source_;
    std::string rest_;
    std::deque<LogChunk> chunks_;
    std::string diagnostics_;
    bool at_line_start_ = true;
    /// The line under way is podman's own.
    bool own_line_ = false;
    /// Right behind a timestamp.
    bool after_stamp_ = false;
    Timestamp line_time_{};
    Timestamp time_{};
};

} // namespace fairlead::podman
