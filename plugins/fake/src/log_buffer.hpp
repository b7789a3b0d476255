// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <fairlead/container_status.hpp>
#include <fairlead/log_stream.hpp>

#include "scheduler.hpp"

namespace fairlead::fake {

/// Everything that one container has written. Guarded by the engine's lock.
struct LogBuffer {
    /// A place in the output.
    struct Position {
        std::size_t chunk = 0;
        std::size_t byte = 0;
    };

    std::vector<LogChunk> chunks;
    WaitList readers;

    /// Where reading with these options begins.
    [[nodiscard]] Position begin(const LogOptions& options) const;

    /// The last lines, as text.
    [[nodiscard]] std::string last_lines(std::uint64_t lines) const;
};

} // namespace fairlead::fake
