// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace fairlead {

/// Threads for jobs that block: one for each job there is at the same time, used again for later ones.
/// A job never waits for another to end.
class Crew {
public:
    Crew() = default;
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;
    /// Waits for the jobs that are being done.
    ~Crew();

    /// Has the job, which must not throw, done by an idle thread, or by a new one if there is none.
    void run(std::function<void()> job);

private:
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    std::size_t idle_ = 0;
    bool over_ = false;
    std::vector<std::jthread> threads_;
};

} // namespace fairlead
