// SPDX-License-Identifier: MIT
#include "crew.hpp"

#include <utility>

namespace fairlead {

Crew::~Crew() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    changed_.notify_all();
    threads_.clear();
}

void Crew::run(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
        // Those that are idle but have been given a job have not got to it yet.
        if (jobs_.size() > idle_) {
            threads_.emplace_back([this] { work(); });
        }
    }
    changed_.notify_one();
}

void Crew::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        changed_.wait(lock, [this] { return over_ || !jobs_.empty(); });
        --idle_;
        if (jobs_.empty()) {
            return;
        }
        const std::function<void()> job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

} // namespace fairlead
