// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "node.hpp"

namespace fairlead::stack_file {

/// Walks through UTF-8 text and knows line and column.
class TextCursor {
public:
    explicit TextCursor(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const noexcept { return offset_ == text_.size(); }
    /// The byte here; NUL at the end.
    [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : text_[offset_]; }
    [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(offset_); }
    [[nodiscard]] Position position() const noexcept { return position_; }
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }

    /// Goes on by `bytes`, at most to the end.
    void advance(std::size_t bytes = 1) noexcept;
    /// Goes on while the byte here is one of `any`.
    void skip(std::string_view any) noexcept;

private:
    std::string_view text_;
    std::size_t offset_ = 0;
    Position position_;
};

/// The offset of the first byte that is not part of well-formed UTF-8.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept;

} // namespace fairlead::stack_file
