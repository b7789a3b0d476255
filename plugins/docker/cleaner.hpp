// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "containers.hpp"

namespace fairlead::docker {

/// Removes, in the background, containers whose start failed or was cancelled: a cancelled call returns
/// at once, and what it had begun is still undone. The destructor waits until all is done. Threads: any
/// number.
class Cleaner {
public:
    explicit Cleaner(Containers& containers) : containers_(containers) {}
    Cleaner(const Cleaner&) = delete;
    Cleaner& operator=(const Cleaner&) = delete;
    ~Cleaner();

    void remove(const std::string& name, const std::string& id);

    /// Takes over a creation whose answer has not come, and removes what it creates. `start` is the value
    /// of the `start_label` it was asked to set.
    void remove_when_created(const std::string& name, const std::string& start, HttpExchange creation);

    /// Blocks until nothing of that name is left to remove. Returns what went wrong with it.
    Result<void> wait_for(const Call& call, const std::string& name);

private:
    struct Job {
        std::string name;
        std::function<Result<void>()> work;
    };

    void add(Job job);
    void run();
    [[nodiscard]] bool is_pending(const std::string& name) const;

    Containers& containers_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    /// The front one is being worked on.
    std::deque<Job> jobs_;
    std::list<Error> failures_;
    bool ending_ = false;
    std::thread thread_;
};

} // namespace fairlead::docker
