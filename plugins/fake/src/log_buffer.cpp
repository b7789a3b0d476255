// SPDX-License-Identifier: MIT
#include "log_buffer.hpp"

#include <algorithm>

namespace fairlead::fake {

LogBuffer::Position LogBuffer::begin(const LogOptions& options) const {
    Position first;
    if (options.since) {
        const auto late = std::ranges::find_if(
            chunks, [&](const LogChunk& chunk) { return *chunk.timestamp >= *options.since; });
        first.chunk = static_cast<std::size_t>(late - chunks.begin());
    }
    if (!options.tail) {
        return first;
    }
    // Backwards, over one newline for each line, and the one that ends the line before them.
    Position at{.chunk = chunks.size(), .byte = 0};
    std::uint64_t lines = 0;
    bool last = true;
    for (std::size_t chunk = chunks.size(); chunk > first.chunk; --chunk) {
        const std::string& bytes = chunks[chunk - 1].bytes;
        for (std::size_t byte = bytes.size(); byte > 0; --byte) {
            if (bytes[byte - 1] == '\n' || last) {
                if (lines == *options.tail) {
                    return at;
                }
                ++lines;
                last = false;
            }
            at = {.chunk = chunk - 1, .byte = byte - 1};
        }
    }
    return first;
}

std::string LogBuffer::last_lines(std::uint64_t lines) const {
    std::string text;
    Position at = begin({.tail = lines});
    for (; at.chunk < chunks.size(); ++at.chunk, at.byte = 0) {
        text.append(chunks[at.chunk].bytes, at.byte);
    }
    return text;
}

} // namespace fairlead::fake
