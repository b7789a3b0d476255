// SPDX-License-Identifier: MIT
#include "text_cursor.hpp"

#include <algorithm>

namespace fairlead::stack_file {

void TextCursor::advance(std::size_t bytes) noexcept {
    const std::size_t end = std::min(text_.size(), offset_ + bytes);
    for (; offset_ < end; ++offset_) {
        const auto byte = static_cast<unsigned char>(text_[offset_]);
        if (byte == '\n') {
            ++position_.line;
            position_.column = 1;
        } else if ((byte & 0xC0U) != 0x80U) {
            ++position_.column;
        }
    }
}

void TextCursor::skip(std::string_view any) noexcept {
    while (!at_end() && any.find(peek()) != std::string_view::npos) {
        advance();
    }
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    for (std::size_t i = 0; i < text.size();) {
        const unsigned char first = byte(i);
        if (first < 0x80) {
            ++i;
            continue;
        }
        const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || i + length > text.size()) {
            return i;
        }
        // The second byte's range excludes overlong forms, surrogates and what lies beyond U+10FFFF.
        const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (byte(i + 1) < low || byte(i + 1) > high) {
            return i;
        }
        for (std::size_t k = 2; k < length; ++k) {
            if ((byte(i + k) & 0xC0U) != 0x80U) {
                return i;
            }
        }
        i += length;
    }
    return {};
}

} // namespace fairlead::stack_file
