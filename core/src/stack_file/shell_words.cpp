// SPDX-License-Identifier: MIT
#include "shell_words.hpp"

#include <cstddef>
#include <optional>

#include <fmt/format.h>

#include "in_quotes.hpp"

namespace fairlead::stack_file {

Parsed<std::vector<std::string>> split_words(std::string_view line) {
    std::vector<std::string> words;
    // Absent between words: a word may be there and empty, as in `''`.
    std::optional<std::string> word;
    const auto append = [&word](char c) { word = std::move(word).value_or("") + c; };
    char quote = '\0';
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const char next = i + 1 < line.size() ? line[i + 1] : '\0';
        if (quote == '\'' ? c == '\'' : quote == '"' && c == '"') {
            quote = '\0';
        } else if (c == '\\' && quote != '\'') {
            const bool escapes = quote == '\0' || next == '"' || next == '\\' || next == '$' ||
                                 next == '`' || next == '\n';
            if (i + 1 == line.size()) {
                return complain(fmt::format("a backslash at the end of {}", in_quotes(line)));
            }
            if (!escapes) {
                append(c);
            } else if (++i; next != '\n') {
                append(next);
            }
        } else if (quote != '\0') {
            append(c);
        } else if (c == '\'' || c == '"') {
            quote = c;
            word = std::move(word).value_or("");
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            if (word) {
                words.push_back(std::move(*word));
                word.reset();
            }
        } else if (std::string_view("|&;<>").find(c) != std::string_view::npos) {
            return complain(
                fmt::format("'{}' in {} means nothing, because no shell runs it", c, in_quotes(line)),
                "Write [\"sh\", \"-c\", \"…\"] to run it in a shell, or put it in quotes.");
        } else {
            append(c);
        }
    }
    if (quote != '\0') {
        return complain(fmt::format("a quote ({}) is not closed in {}", quote, in_quotes(line)));
    }
    if (word) {
        words.push_back(std::move(*word));
    }
    return words;
}

} // namespace fairlead::stack_file
