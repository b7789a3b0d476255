// SPDX-License-Identifier: MIT
#include "dockerignore.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace fairlead::docker {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\v\f";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    const auto last = text.find_last_not_of(blanks);
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// Without `.`, `..`, doubled, leading and trailing slashes.
std::string cleaned(std::string_view pattern) {
    std::string path = std::filesystem::path(pattern).lexically_normal().generic_string();
    while (path.size() > 1 && path.ends_with('/')) {
        path.pop_back();
    }
    return path.starts_with('/') ? path.substr(1) : path;
}

/// One `[…]`: whether it holds `c`, and where it ends; nothing when it is malformed.
struct ClassMatch {
    bool holds;
    std::size_t size;
};

std::optional<ClassMatch> match_class(std::string_view pattern, char c) {
    std::size_t i = 1;
    const bool negated = i < pattern.size() && pattern[i] == '^';
    i += negated ? 1 : 0;
    bool holds = false;
    const auto character = [&]() -> std::optional<char> {
        if (i < pattern.size() && pattern[i] == '\\') {
            ++i;
        }
        return i < pattern.size() ? std::optional(pattern[i++]) : std::nullopt;
    };
    for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
        const std::optional<char> low = character();
        std::optional<char> high = low;
        if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
            ++i;
            high = character();
        }
        if (!low || !high) {
            return std::nullopt;
        }
        holds = holds || (*low <= c && c <= *high);
    }
    if (i >= pattern.size()) {
        return std::nullopt;
    }
    return ClassMatch{.holds = holds != negated, .size = i + 1};
}

/// How much of the pattern one character of a path uses up; nothing when it does not match.
std::optional<std::size_t> match_one(std::string_view pattern, char c) {
    switch (pattern[0]) {
    case '?':
        return c == '/' ? std::nullopt : std::optional<std::size_t>(1);
    case '[': {
        const std::optional<ClassMatch> match = match_class(pattern, c);
        return match && match->holds && c != '/' ? std::optional(match->size) : std::nullopt;
    }
    case '\\':
        return pattern.size() > 1 && pattern[1] == c ? std::optional<std::size_t>(2) : std::nullopt;
    default:
        return pattern[0] == c ? std::optional<std::size_t>(1) : std::nullopt;
    }
}

} // namespace

bool matches_pattern(std::string_view pattern, std::string_view path) {
    // Rows of a table: which beginnings of `path` the pattern so far can match. This is linear in pattern
    // times path, where trying every star's length is exponential.
    std::vector<bool> reached(path.size() + 1, false);
    reached[0] = true;
    while (!pattern.empty()) {
        std::vector<bool> next(path.size() + 1, false);
        std::size_t used = 1;
        if (pattern[0] == '*') {
            const bool across = pattern.starts_with("**");
            used = across ? 2 : 1;
            // "**/" also matches nothing at all.
            const bool with_slash = across && pattern.size() > 2 && pattern[2] == '/';
            used += with_slash ? 1 : 0;
            bool open = false;
            for (std::size_t i = 0; i <= path.size(); ++i) {
                open = (open && (across || path[i - 1] != '/')) || reached[i];
                next[i] = open && (!with_slash || reached[i] || (i > 0 && path[i - 1] == '/'));
            }
        } else {
            bool known = false;
            for (std::size_t i = 0; i < path.size(); ++i) {
                if (!reached[i]) {
                    continue;
                }
                if (const std::optional<std::size_t> one = match_one(pattern, path[i])) {
                    next[i + 1] = true;
                    used = *one;
                    known = true;
                }
            }
            if (!known) {
                return false;
            }
        }
        pattern.remove_prefix(used);
        reached = std::move(next);
    }
    return reached[path.size()];
}

Dockerignore::Dockerignore(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (line.starts_with('#')) {
            continue;
        }
        line = trimmed(line);
        const bool takes_back = line.starts_with('!');
        if (takes_back) {
            line = trimmed(line.substr(1));
        }
        std::string pattern = line.empty() ? std::string{} : cleaned(line);
        // "." has never meant anything to Docker.
        if (!pattern.empty() && pattern != ".") {
            may_take_back_ = may_take_back_ || takes_back;
            rules_.push_back({.pattern = std::move(pattern), .takes_back = takes_back});
        }
    }
}

bool Dockerignore::excludes(std::string_view path) const {
    bool excluded = false;
    for (const Rule& rule : rules_) {
        // A rule can only change the verdict that stands.
        if (rule.takes_back != excluded) {
            continue;
        }
        bool matched = matches_pattern(rule.pattern, path);
        for (auto slash = path.find('/'); !matched && slash != std::string_view::npos;
             slash = path.find('/', slash + 1)) {
            matched = matches_pattern(rule.pattern, path.substr(0, slash));
        }
        if (matched) {
            excluded = !rule.takes_back;
        }
    }
    return excluded;
}

} // namespace fairlead::docker
