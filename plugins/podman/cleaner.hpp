// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "containers.hpp"

namespace fairlead::podman {

/// What goes on after a call has returned: the removal of containers whose start failed or was cancelled,
/// and anything else that nobody waits for. The destructor waits until all is done. Threads: any number.
class Cleaner {
public:
    explicit Cleaner(Containers& containers) : containers_(containers) {}
    Cleaner(const Cleaner&) = delete;
    Cleaner& operator=(const Cleaner&) = delete;
    ~Cleaner();

    /// Removes what the start with that label has created; `unfinished` is the podman that is still at
    /// it, which is waited for first.
    void remove_started(const std::string& name, const std::string& start,
                        std::optional<Process> unfinished);

    /// Does it in the background.
    void later(std::function<void()> work);

    /// Blocks until nothing of that name is left to remove. Returns what went wrong with it.
    Result<void> wait_for(const Call& call, std::string_view name);

private:
    struct Job {
        std::string name;
        bool done = false;
        Result<void> outcome;
        std::thread thread;
    };

    void start(std::string name, std::function<Result<void>()> work);

    Containers& containers_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::list<Job> jobs_;
};

} // namespace fairlead::podman
