// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>

namespace fairlead::bench {

/// Bytes of this process that are allocated and not freed.
[[nodiscard]] std::size_t heap_in_use();

/// Counts the threads of this process, its own left out: every millisecond while it lives.
class ThreadCensus {
public:
    ThreadCensus();

    [[nodiscard]] static std::size_t now();
    /// The most that were seen.
    [[nodiscard]] std::size_t most() const { return most_; }

private:
    std::atomic<std::size_t> most_ = 0;
    std::jthread watcher_;
};

} // namespace fairlead::bench
