// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>

namespace fairlead::bench {

/// Bytes of this process that are allocated and not freed.
[[nodiscard]] std::size_t heap_in_use();

/// Threads of this process at the moment.
[[nodiscard]] std::size_t threads_now();

/// Looks at the number of threads every millisecond while it lives.
class ThreadCensus {
public:
    ThreadCensus();

    /// The most that were seen; the census itself is left out.
    [[nodiscard]] std::size_t most() const { return most_; }

private:
    std::atomic<std::size_t> most_ = 0;
    std::jthread watcher_;
};

} // namespace fairlead::bench
