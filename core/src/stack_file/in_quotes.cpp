// SPDX-License-Identifier: MIT
#include "in_quotes.hpp"

#include <cstddef>

#include <fmt/format.h>

namespace fairlead::stack_file {

std::string in_quotes(std::string_view text) {
    constexpr std::size_t most_characters = 60;
    std::string out = "\"";
    std::size_t characters = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool continues = (byte & 0xC0U) == 0x80U;
        if (!continues && ++characters > most_characters) {
            return out + "…\"";
        }
        if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            out += fmt::format("\\x{:02x}", byte);
        } else {
            out += c;
        }
    }
    return out + '"';
}

} // namespace fairlead::stack_file
