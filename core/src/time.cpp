// SPDX-License-Identifier: MIT
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include <fairlead/time.hpp>

namespace fairlead {
namespace {

using std::chrono::nanoseconds;

struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
};

// Longer names first, so that `ms` is not read as `m`.
constexpr std::array units{Unit{"ns", 1},
                           Unit{"us", 1'000},
                           Unit{"ms", 1'000'000},
                           Unit{"s", 1'000'000'000},
                           Unit{"m", 60'000'000'000},
                           Unit{"h", 3'600'000'000'000}};

std::unexpected<Error> malformed(std::string_view what, std::string_view text, std::string hint) {
    return fail({.code = Errc::invalid_spec,
                 .operation = "read " + std::string(what),
                 .subject = fmt::format("'{}'", text),
                 .message = fmt::format("not a {}", what),
                 .hint = std::move(hint)});
}

const Unit* take_unit(std::string_view& rest) {
    for (const Unit& unit : units) {
        if (rest.starts_with(unit.name)) {
            rest.remove_prefix(unit.name.size());
            return &unit;
        }
    }
    return nullptr;
}

/// Reads exactly `digits` digits.
bool take_number(std::string_view& rest, std::size_t digits, int& value) {
    if (rest.size() < digits) {
        return false;
    }
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + digits, value);
    if (error != std::errc{} || end != rest.data() + digits || rest.front() == '-') {
        return false;
    }
    rest.remove_prefix(digits);
    return true;
}

bool take(std::string_view& rest, char expected) {
    if (rest.empty() || rest.front() != expected) {
        return false;
    }
    rest.remove_prefix(1);
    return true;
}

/// The digits behind a decimal point, as nanoseconds; more than nine are cut off.
nanoseconds take_fraction(std::string_view& rest) {
    std::int64_t value = 0;
    int digits = 0;
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
        if (digits < 9) {
            value = value * 10 + (rest.front() - '0');
            ++digits;
        }
        rest.remove_prefix(1);
    }
    for (; digits < 9; ++digits) {
        value *= 10;
    }
    return nanoseconds(value);
}

/// `Z` or `+hh:mm`; what must be subtracted for UTC.
bool take_offset(std::string_view& rest, std::chrono::minutes& offset) {
    if (take(rest, 'Z') || take(rest, 'z')) {
        return true;
    }
    const bool east = !rest.empty() && rest.front() == '+';
    int hours = 0;
    int minutes = 0;
    if (!(take(rest, '+') || take(rest, '-')) || !take_number(rest, 2, hours) || !take(rest, ':') ||
        !take_number(rest, 2, minutes)) {
        return false;
    }
    offset = std::chrono::minutes((hours * 60 + minutes) * (east ? 1 : -1));
    return true;
}

} // namespace

Result<nanoseconds> parse_duration(std::string_view text) {
    constexpr const char* hint = "Write a number with a unit, ns us ms s m h: 250ms, 10s, 1m30s, 1.5h.";
    if (text == "0") {
        return nanoseconds::zero();
    }
    std::string_view rest = text;
    long double sum = 0;
    do {
        double number = 0;
        const auto [end, error] =
            std::from_chars(rest.data(), rest.data() + rest.size(), number, std::chars_format::fixed);
        if (error != std::errc{} || !(number >= 0) || std::isinf(number)) {
            return malformed("duration", text, hint);
        }
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        const Unit* unit = take_unit(rest);
        if (unit == nullptr) {
            return malformed("duration", text, hint);
        }
        sum += static_cast<long double>(number) * static_cast<long double>(unit->nanoseconds);
    } while (!rest.empty());
    if (sum >= static_cast<long double>(std::numeric_limits<std::int64_t>::max())) {
        return malformed("duration", text, "It is longer than 292 years.");
    }
    return nanoseconds(std::llround(sum));
}

std::string format_duration(nanoseconds duration) {
    std::int64_t rest = duration.count();
    if (rest == 0) {
        return "0s";
    }
    std::string text = rest < 0 ? "-" : "";
    rest = std::abs(rest);
    for (const auto& unit : {units[5], units[4], units[3], units[2], units[1], units[0]}) {
        if (const std::int64_t count = rest / unit.nanoseconds; count > 0) {
            text += fmt::format("{}{}", count, unit.name);
            rest %= unit.nanoseconds;
        }
    }
    return text;
}

Result<Timestamp> parse_timestamp(std::string_view text) {
    constexpr const char* hint = "Write it as in RFC 3339: 2024-05-01T12:00:00Z.";
    std::string_view rest = text;
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!take_number(rest, 4, year) || !take(rest, '-') || !take_number(rest, 2, month) ||
        !take(rest, '-') || !take_number(rest, 2, day) ||
        !(take(rest, 'T') || take(rest, 't') || take(rest, ' ')) || !take_number(rest, 2, hour) ||
        !take(rest, ':') || !take_number(rest, 2, minute) || !take(rest, ':') ||
        !take_number(rest, 2, second)) {
        return malformed("time", text, hint);
    }
    const nanoseconds fraction = take(rest, '.') ? take_fraction(rest) : nanoseconds::zero();
    std::chrono::minutes offset{0};
    if (!take_offset(rest, offset) || !rest.empty() || hour > 23 || minute > 59 || second > 60) {
        return malformed("time", text, hint);
    }
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    // The range of 64 bits of nanoseconds; engines write year 1 for "never", which callers treat apart.
    if (!date.ok() || year < 1678 || year > 2261) {
        return malformed("time", text, hint);
    }
    return Timestamp(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
           std::chrono::minutes(minute) + std::chrono::seconds(second) + fraction - offset;
}

std::string format_timestamp(Timestamp time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

} // namespace fairlead
