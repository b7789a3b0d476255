// SPDX-License-Identifier: MIT
#include "log_lines.hpp"

#include <cctype>

#include <fairlead/time.hpp>

namespace fairlead::podman {
namespace {

/// Digits stand for digits; what follows is "Z " or an offset like "+02:00 ". A remote service leaves out
/// the fraction.
constexpr std::string_view shape = "0000-00-00T00:00:00";
constexpr std::string_view fraction_shape = ".000000000";
constexpr std::string_view offset_shape = "+00:00 ";

enum class Match { no, partly, yes };

struct Stamp {
    Match match = Match::no;
    std::size_t size = 0;
    bool exact = false;
    Timestamp time{};
};

bool fits(char c, char form) {
    if (form == '0') {
        return std::isdigit(static_cast<unsigned char>(c)) != 0;
    }
    return form == '+' ? c == '+' || c == '-' : c == form;
}

Match match_shape(std::string_view text, std::string_view form) {
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (i == text.size()) {
            return Match::partly;
        }
        if (!fits(text[i], form[i])) {
            return Match::no;
        }
    }
    return Match::yes;
}

/// The timestamp, with the space behind it, at the beginning of a text.
Stamp stamp_at(std::string_view text) {
    const Match date = match_shape(text, shape);
    if (date != Match::yes) {
        return {.match = date};
    }
    std::size_t size = shape.size();
    const Match fraction = match_shape(text.substr(size), fraction_shape);
    if (fraction == Match::partly) {
        return {.match = Match::partly};
    }
    size += fraction == Match::yes ? fraction_shape.size() : 0;
    const std::string_view zone = text.substr(size);
    if (zone.empty() || zone == "Z") {
        return {.match = Match::partly};
    }
    if (zone.starts_with("Z ")) {
        size += 2;
    } else if (const Match offset = match_shape(zone, offset_shape); offset == Match::yes) {
        size += offset_shape.size();
    } else {
        return {.match = offset};
    }
    const Result<Timestamp> time = parse_timestamp(text.substr(0, size - 1));
    return time ? Stamp{.match = Match::yes, .size = size, .exact = fraction == Match::yes, .time = *time}
                : Stamp{};
}

} // namespace

void LogLines::emit(std::string_view bytes) {
    if (bytes.empty()) {
        return;
    }
    after_stamp_ = false;
    if (own_line_) {
        diagnostics_ += bytes;
        return;
    }
    constexpr std::size_t longest_chunk = 32UL * 1024;
    if (!chunks_.empty() && chunks_.back().timestamp == time_ &&
        chunks_.back().bytes.size() < longest_chunk) {
        chunks_.back().bytes += bytes;
    } else {
        chunks_.push_back({.source = source_, .timestamp = time_, .bytes = std::string(bytes)});
    }
}

void LogLines::cut(Timestamp now, bool all) {
    std::string_view text = rest_;
    std::size_t looked = 0;
    while (looked < text.size()) {
        const char c = text[looked];
        const bool possible =
            at_line_start_ || (std::isdigit(static_cast<unsigned char>(c)) != 0 && !after_stamp_);
        const Stamp stamp = possible ? stamp_at(text.substr(looked)) : Stamp{};
        if (stamp.match == Match::partly && !all) {
            break;
        }
        // Within a line only one to the nanosecond: programs write others themselves.
        const bool boundary = stamp.match == Match::yes &&
                              (at_line_start_ || (stamp.exact && !own_line_ && stamp.time >= line_time_ &&
                                                  stamp.time <= now));
        if (boundary) {
            emit(text.substr(0, looked));
            text.remove_prefix(looked + stamp.size);
            looked = 0;
            time_ = stamp.time;
            line_time_ = at_line_start_ ? stamp.time : line_time_;
            own_line_ = false;
            at_line_start_ = false;
            after_stamp_ = true;
            continue;
        }
        if (at_line_start_) {
            own_line_ = true;
        }
        at_line_start_ = false;
        after_stamp_ = false;
        ++looked;
        if (c == '\n') {
            emit(text.substr(0, looked));
            text.remove_prefix(looked);
            looked = 0;
            at_line_start_ = true;
        }
    }
    emit(text.substr(0, looked));
    text.remove_prefix(looked);
    rest_ = std::string(text);
}

void LogLines::feed(std::string_view bytes, Timestamp now) {
    rest_ += bytes;
    cut(now, false);
}

void LogLines::flush() {
    if (!rest_.empty()) {
        cut(Timestamp::max(), true);
    }
}

std::optional<LogChunk> LogLines::take() {
    if (chunks_.empty()) {
        return std::nullopt;
    }
    LogChunk chunk = std::move(chunks_.front());
    chunks_.pop_front();
    return chunk;
}

} // namespace fairlead::podman
