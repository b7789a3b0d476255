// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fairlead::docker {

/// The rules of a `.dockerignore` file: one pattern a line, `#` comments, `!` takes back, the last match
/// decides. A pattern that matches a folder matches all in it.
class Dockerignore {
public:
    /// No rules: nothing is left out.
    Dockerignore() = default;
    explicit Dockerignore(std::string_view text);

    /// Whether a file or folder, relative to the context with `/` between its parts, is left out.
    [[nodiscard]] bool excludes(std::string_view path) const;

    /// Whether something inside a folder that is left out may yet be taken back.
    [[nodiscard]] bool may_take_back() const noexcept { return may_take_back_; }

private:
    struct Rule {
        std::string pattern;
        bool takes_back = false;
    };

    std::vector<Rule> rules_;
    bool may_take_back_ = false;
};

/// Whether a pattern matches a whole path: `*` and `?` within one part, `**` across parts, `[a-z]`,
/// `[^a]`, and a backslash before a character that stands for itself.
[[nodiscard]] bool matches_pattern(std::string_view pattern, std::string_view path);

} // namespace fairlead::docker
