// SPDX-License-Identifier: MIT
#include "footprint.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <stop_token>

#include <malloc.h>

namespace fairlead::bench {

std::size_t heap_in_use() {
    const struct mallinfo2 info = mallinfo2();
    // Blocks above the threshold of mmap are counted apart.
    return info.uordblks + info.hblkhd;
}

ThreadCensus::ThreadCensus()
    : watcher_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
              most_ = std::max(most_.load(), now());
              std::this_thread::sleep_for(std::chrono::milliseconds(1));
          }
      }) {}

std::size_t ThreadCensus::now() {
    using Tasks = std::filesystem::directory_iterator;
    return static_cast<std::size_t>(std::distance(Tasks("/proc/self/task"), Tasks())) - 1;
}

} // namespace fairlead::bench
