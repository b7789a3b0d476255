// SPDX-License-Identifier: MIT
#include "log_memory.hpp"

#include <algorithm>

namespace fairlead::docker {

void LogMemory::delivered(const LogChunk& chunk) {
    if (!chunk.timestamp) {
        return;
    }
    oldest_ = std::min(oldest_.value_or(*chunk.timestamp), *chunk.timestamp);
    newest_ = std::max(newest_.value_or(*chunk.timestamp), *chunk.timestamp);
    if (!recent_.empty() && recent_.back().time == *chunk.timestamp &&
        recent_.back().source == chunk.source) {
        recent_.back().bytes += chunk.bytes.size();
    } else {
        recent_.push_back(
            {.time = *chunk.timestamp, .source = chunk.source, .bytes = chunk.bytes.size()});
    }
    while (recent_.front().time < *newest_ - overlap) {
        recent_.pop_front();
    }
}

void LogMemory::replay() {
    repeated_.clear();
    for (const Stretch& stretch : recent_) {
        repeated_[{stretch.time, stretch.source}] += stretch.bytes;
    }
}

std::optional<Timestamp> LogMemory::since() const {
    return newest_ ? std::optional(std::max(*newest_ - overlap, *oldest_)) : std::nullopt;
}

bool LogMemory::keep_new(LogChunk& chunk) {
    if (repeated_.empty() || !chunk.timestamp) {
        return true;
    }
    const auto known = repeated_.find({*chunk.timestamp, chunk.source});
    if (known == repeated_.end()) {
        return true;
    }
    const std::uint64_t dropped = std::min<std::uint64_t>(known->second, chunk.bytes.size());
    chunk.bytes.erase(0, dropped);
    known->second -= dropped;
    if (known->second == 0) {
        repeated_.erase(known);
    }
    return !chunk.bytes.empty();
}

} // namespace fairlead::docker
