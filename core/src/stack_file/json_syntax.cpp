// SPDX-License-Identifier: MIT
#include "json_syntax.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

constexpr std::string_view truncated_hint = "The file looks cut off.";

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '+' || c == '-' || c == '.';
}

std::string_view describe(JsonNext next) {
    switch (next) {
    case JsonNext::value:
        return "a value";
    case JsonNext::value_or_end:
        return "a value or ']'";
    case JsonNext::list_comma:
        return "',' or ']'";
    case JsonNext::key_or_end:
        return "a key in double quotes or '}'";
    case JsonNext::key:
        return "a key in double quotes";
    case JsonNext::colon:
        return "':' after the key";
    case JsonNext::map_comma:
        return "',' or '}'";
    case JsonNext::end_of_file:
        break;
    }
    return "the end of the file";
}

/// What comes after `c`, if `c` is the mark that `next` allows.
std::optional<JsonNext> after_mark(JsonNext next, char c) {
    if (next == JsonNext::list_comma && c == ',') {
        return JsonNext::value;
    }
    if (next == JsonNext::map_comma && c == ',') {
        return JsonNext::key;
    }
    if (next == JsonNext::colon && c == ':') {
        return JsonNext::value;
    }
    return {};
}

std::string hint_for(std::string_view rest, JsonNext next, bool after_comma) {
    const char c = rest.front();
    if (c == '\'') {
        return "JSON strings stand in double quotes.";
    }
    if (c == '#' || rest.starts_with("//") || rest.starts_with("/*")) {
        return "JSON has no comments; an \"x-comment\" key is ignored.";
    }
    if (after_comma && (c == '}' || c == ']')) {
        return "Remove the comma before it.";
    }
    if (next == JsonNext::key || next == JsonNext::key_or_end) {
        return is_word(c) ? "Put the key in double quotes." : "";
    }
    if ((next == JsonNext::list_comma || next == JsonNext::map_comma) &&
        (c == '"' || c == '{' || c == '[')) {
        return "A comma is missing before it.";
    }
    if ((next == JsonNext::value || next == JsonNext::value_or_end) && is_word(c)) {
        return "Besides strings in double quotes, numbers, lists and maps, JSON knows true, false and "
               "null.";
    }
    return "";
}

std::string found(std::string_view rest) {
    if (!is_word(rest.front())) {
        const auto end = std::ranges::find_if(
            rest.substr(1), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
        return in_quotes({rest.begin(), end});
    }
    return in_quotes({rest.begin(), std::ranges::find_if_not(rest, is_word)});
}

/// The four digits of `\uXXXX` that begin `digits`.
std::optional<unsigned> code_unit(std::string_view digits) {
    if (digits.size() < 4) {
        return {};
    }
    unsigned value = 0;
    for (const char c : digits.substr(0, 4)) {
        const std::string_view hex = "0123456789abcdef";
        const auto digit = hex.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
        if (digit == std::string_view::npos) {
            return {};
        }
        value = value * 16 + static_cast<unsigned>(digit);
    }
    return value;
}

/// Goes past one escape; says what is wrong with it.
std::string_view skip_escape(TextCursor& cursor) {
    const std::string_view escape = cursor.rest();
    if (escape.size() < 2 || std::string_view(R"("\/bfnrtu)").find(escape[1]) == std::string_view::npos) {
        return "is no escape of JSON";
    }
    if (escape[1] != 'u') {
        cursor.advance(2);
        return "";
    }
    const auto first = code_unit(escape.substr(2));
    if (!first) {
        return "needs four hexadecimal digits";
    }
    if (*first < 0xD800 || *first > 0xDFFF) {
        cursor.advance(6);
        return "";
    }
    const auto second =
        escape.substr(6).starts_with("\\u") ? code_unit(escape.substr(8)) : std::optional<unsigned>{};
    if (*first > 0xDBFF || !second || *second < 0xDC00 || *second > 0xDFFF) {
        return "is half of a surrogate pair";
    }
    cursor.advance(12);
    return "";
}

/// What is wrong inside the string that begins at `cursor`.
SyntaxError explain_string(TextCursor cursor) {
    const Position start = cursor.position();
    cursor.advance();
    while (!cursor.at_end() && cursor.peek() != '"') {
        const char c = cursor.peek();
        if (c == '\\') {
            const Position at = cursor.position();
            const std::string_view escape = cursor.rest().substr(0, 2);
            if (const auto wrong = skip_escape(cursor); !wrong.empty()) {
                return {at, fmt::format("{} {}", in_quotes(escape), wrong),
                        "A backslash is written \\\\."};
            }
        } else if (c == '\n' || c == '\r') {
            return {start, "the string that begins here has no closing quote on its line",
                    "A line break in a string is written \\n."};
        } else if (static_cast<unsigned char>(c) < 0x20) {
            return {cursor.position(), "a control character in a string",
                    "Write it as an escape: \\t, \\u001b."};
        } else {
            cursor.advance();
        }
    }
    return {start, "the string that begins here never ends", std::string(truncated_hint)};
}

SyntaxError explain_number(TextCursor cursor) {
    const std::string_view rest = cursor.rest();
    const std::string_view number{rest.begin(), std::ranges::find_if_not(rest, is_word)};
    const bool well_formed = number.back() >= '0' && number.back() <= '9' &&
                             number.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
    return {
        cursor.position(),
        fmt::format("{} {}", in_quotes(number), well_formed ? "is too large a number" : "is no number"),
        well_formed ? "" : "Put text in double quotes."};
}

} // namespace

SyntaxError explain_syntax_error(TextCursor cursor, JsonNext next) {
    constexpr std::string_view space = " \t\r\n";
    bool after_comma = false;
    cursor.skip(space);
    while (const auto then = after_mark(next, cursor.peek())) {
        after_comma = cursor.peek() == ',';
        next = *then;
        cursor.advance();
        cursor.skip(space);
    }
    if (cursor.at_end()) {
        return {cursor.position(), fmt::format("expected {}, got the end of the file", describe(next)),
                std::string(truncated_hint)};
    }
    const char c = cursor.peek();
    const bool value = next == JsonNext::value || next == JsonNext::value_or_end;
    if (c == '"' && (value || next == JsonNext::key || next == JsonNext::key_or_end)) {
        return explain_string(cursor);
    }
    if (value && ((c >= '0' && c <= '9') || c == '-')) {
        return explain_number(cursor);
    }
    return {cursor.position(), fmt::format("expected {}, got {}", describe(next), found(cursor.rest())),
            hint_for(cursor.rest(), next, after_comma)};
}

} // namespace fairlead::stack_file
