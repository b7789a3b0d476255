// SPDX-License-Identifier: MIT
#include "dotenv.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "in_quotes.hpp"
#include "text_cursor.hpp"

namespace fairlead::stack_file {
namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::size_t most_value_bytes = 1U << 20U;

std::string_view trim_end(std::string_view text) {
    const auto last = text.find_last_not_of(" \t\r");
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

std::string_view line_of(const TextCursor& cursor) {
    return cursor.rest().substr(0, cursor.rest().find('\n'));
}

bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

/// Reads one file's assignments, one after the other.
class DotenvReader {
public:
    DotenvReader(std::string_view text, const std::string& file, const Lookup& lookup,
                 Variables& variables, Diagnostics& diagnostics)
        : cursor_(text), file_(file), lookup_(lookup), variables_(variables), diagnostics_(diagnostics) {}

    void run();

private:
    void assignment();
    std::optional<std::string> value();
    std::optional<std::string> quoted_value(char quote);
    std::optional<std::string> unquoted_value();
    std::optional<std::string> expanded(const std::string& text, Position at);
    void skip_line() { cursor_.advance(line_of(cursor_).size()); }
    void complain_at(Position at, std::string message, std::string hint = {}) {
        diagnostics_.mistake_in(file_, at, std::move(message), std::move(hint));
    }

    TextCursor cursor_;
    const std::string& file_;
    const Lookup& lookup_;
    Variables& variables_;
    Diagnostics& diagnostics_;
};

void DotenvReader::run() {
    if (cursor_.rest().starts_with("\xEF\xBB\xBF")) {
        cursor_.advance(3);
    }
    while (true) {
        cursor_.skip(" \t\r\n");
        if (cursor_.at_end()) {
            return;
        }
        if (cursor_.peek() != '#') {
            assignment();
        }
        skip_line();
    }
}

void DotenvReader::assignment() {
    if (cursor_.rest().starts_with("export ") || cursor_.rest().starts_with("export\t")) {
        cursor_.advance(std::string_view("export").size());
        cursor_.skip(blanks);
    }
    const Position at = cursor_.position();
    const std::string_view rest = cursor_.rest();
    const std::string name(rest.begin(), std::ranges::find_if_not(rest, in_name));
    cursor_.advance(name.size());
    cursor_.skip(blanks);
    const char mark = cursor_.peek();
    if (name.empty() ||
        (mark != '=' && mark != ':' && mark != '\n' && mark != '#' && !cursor_.at_end())) {
        complain_at(at,
                    fmt::format("expected NAME=value, got {}",
                                in_quotes(trim_end(rest.substr(0, rest.find('\n'))))),
                    "Names are letters, digits, '_', '.' and '-'.");
        return;
    }
    if (mark != '=' && mark != ':') {
        if (auto known = lookup_(name)) {
            variables_[name] = std::move(*known);
        }
        return;
    }
    cursor_.advance();
    cursor_.skip(blanks);
    if (auto read = value()) {
        variables_[name] = std::move(*read);
    }
}

std::optional<std::string> DotenvReader::value() {
    const char first = cursor_.peek();
    if (first != '"' && first != '\'') {
        return unquoted_value();
    }
    auto read = quoted_value(first);
    cursor_.skip(blanks);
    if (read && !cursor_.at_end() && cursor_.peek() != '\n' && cursor_.peek() != '#') {
        complain_at(cursor_.position(), "text after the closing quote", "Quote the whole value.");
    }
    return read;
}

std::optional<std::string> DotenvReader::quoted_value(char quote) {
    const Position start = cursor_.position();
    std::string text;
    for (cursor_.advance(); !cursor_.at_end(); cursor_.advance()) {
        const char c = cursor_.peek();
        if (c == quote) {
            cursor_.advance();
            return quote == '"' ? expanded(text, start) : std::optional(text);
        }
        if (c != '\\') {
            text += c;
            continue;
        }
        const char next = cursor_.rest().size() > 1 ? cursor_.rest()[1] : '\0';
        constexpr std::string_view escapes = "\"\\$nrt";
        if (quote == '\'' ? next == '\'' : next != '\0' && escapes.find(next) != std::string_view::npos) {
            // "\$" must survive the expansion to come.
            text += next == 'n'   ? "\n"
                    : next == 'r' ? "\r"
                    : next == 't' ? "\t"
                    : next == '$' ? "$$"
                                  : std::string(1, next);
            cursor_.advance();
        } else {
            text += c;
        }
    }
    complain_at(start, "the quote that begins here never ends");
    return {};
}

std::optional<std::string> DotenvReader::unquoted_value() {
    const Position start = cursor_.position();
    std::string_view text = line_of(cursor_);
    // A comment needs a blank before it: "a#b" is a value.
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '#' && (i == 0 || blanks.find(text[i - 1]) != std::string_view::npos)) {
            text = text.substr(0, i);
        }
    }
    return expanded(std::string(trim_end(text)), start);
}

std::optional<std::string> DotenvReader::expanded(const std::string& text, Position at) {
    const Lookup known = [this](const std::string& name) -> std::optional<std::string> {
        if (auto value = lookup_(name)) {
            return value;
        }
        const auto found = variables_.find(name);
        return found == variables_.end() ? std::nullopt : std::optional(found->second);
    };
    auto expansion = expand(text, known, most_value_bytes);
    if (!expansion) {
        complain_at(at, std::move(expansion.error().message), std::move(expansion.error().hint));
        return {};
    }
    for (const std::string& name : expansion->unset) {
        diagnostics_.warn_in(file_, at,
                             fmt::format("the variable {} is not set; it counts as empty", name));
    }
    return std::move(expansion->text);
}

} // namespace

void read_dotenv(std::string_view text, const std::string& file, const Lookup& lookup,
                 Variables& variables, Diagnostics& diagnostics) {
    DotenvReader(text, file, lookup, variables, diagnostics).run();
}

void read_raw_env(std::string_view text, const std::string& file, const Lookup& lookup,
                  Variables& variables, Diagnostics& diagnostics) {
    for (TextCursor cursor(text); !cursor.at_end(); cursor.skip("\r\n")) {
        cursor.skip(" \t");
        std::string_view line = line_of(cursor);
        const Position at = cursor.position();
        cursor.advance(line.size());
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const auto equals = line.find('=');
        const std::string name(line.substr(0, equals));
        if (const auto wrong = wrong_with_variable(name); !wrong.empty()) {
            diagnostics.mistake_in(file, at,
                                   fmt::format("the variable's name {} {}", in_quotes(name), wrong));
        } else if (equals != std::string_view::npos) {
            variables[name] = line.substr(equals + 1);
        } else if (auto known = lookup(name)) {
            variables[name] = std::move(*known);
        }
    }
}

std::string_view wrong_with_variable(std::string_view name) noexcept {
    if (name.empty()) {
        return "is empty";
    }
    // One engine takes "FOO*" as a request for every variable of the host that begins so.
    if (name.find('*') != std::string_view::npos) {
        return "holds '*'";
    }
    if (name.find('=') != std::string_view::npos) {
        return "holds '='";
    }
    return name.find('\0') != std::string_view::npos ? "holds a NUL character" : "";
}

} // namespace fairlead::stack_file
