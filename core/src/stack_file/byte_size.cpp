// SPDX-License-Identifier: MIT
#include "byte_size.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

struct Unit {
    std::string_view name;
    unsigned shift;
};

constexpr std::array units{Unit{"", 0},   Unit{"b", 0},   Unit{"k", 10}, Unit{"kb", 10},
                           Unit{"m", 20}, Unit{"mb", 20}, Unit{"g", 30}, Unit{"gb", 30}};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return out;
}

} // namespace

Parsed<std::uint64_t> parse_bytes(std::string_view text) {
    const auto wrong = [text] {
        return complain(fmt::format("{} is no size", in_quotes(text)),
                        "A size is a number with a unit: b, k, kb, m, mb, g or gb, as in \"512m\".");
    };
    const auto digits = text.substr(0, text.find_first_not_of("0123456789."));
    auto suffix = text.substr(digits.size());
    suffix.remove_prefix(std::min(suffix.find_first_not_of(' '), suffix.size()));
    const std::string unit = lower(suffix);
    for (const Unit& known : units) {
        if (known.name != unit) {
            continue;
        }
        std::uint64_t whole = 0;
        const char* const end = digits.data() + digits.size();
        if (const auto [at, code] = std::from_chars(digits.data(), end, whole);
            code == std::errc{} && at == end) {
            // Whole numbers stay exact; a double would round beyond 2^53.
            if (whole > (std::uint64_t{std::numeric_limits<std::int64_t>::max()} >> known.shift)) {
                return complain(fmt::format("{} is too large", in_quotes(text)));
            }
            return whole << known.shift;
        }
        double number = 0;
        const auto [at, code] = std::from_chars(digits.data(), end, number);
        if (code != std::errc{} || at != end) {
            return wrong();
        }
        const double bytes = std::floor(std::ldexp(number, static_cast<int>(known.shift)));
        if (!(bytes < 9.2e18)) {
            return complain(fmt::format("{} is too large", in_quotes(text)));
        }
        return static_cast<std::uint64_t>(bytes);
    }
    return wrong();
}

} // namespace fairlead::stack_file
