// SPDX-License-Identifier: MIT
#include "cleaner.hpp"

#include <algorithm>
#include <exception>
#include <memory>

namespace fairlead::podman {
namespace {

constexpr std::chrono::seconds time_to_finish{5};

} // namespace

Cleaner::~Cleaner() {
    for (Job& job : jobs_) {
        job.thread.join();
    }
}

void Cleaner::start(std::string name, std::function<Result<void>()> work) {
    const std::lock_guard lock(mutex_);
    // Those that are over and that nobody asks for; an outcome of a name is kept until it is.
    std::erase_if(jobs_, [](Job& job) {
        const bool over = job.done && (job.outcome || job.name.empty());
        if (over) {
            job.thread.join();
        }
        return over;
    });
    Job& job = jobs_.emplace_back();
    job.name = std::move(name);
    job.thread = std::thread([this, &job, work = std::move(work)] {
        Result<void> outcome;
        try {
            outcome = work();
        } catch (const std::exception& thrown) {
            outcome = fail({.code = Errc::internal,
                            .operation = "clean up",
                            .subject = job.name,
                            .message = thrown.what()});
        }
        const std::lock_guard done_lock(mutex_);
        job.outcome = std::move(outcome);
        job.done = true;
        changed_.notify_all();
    });
}

void Cleaner::remove_started(const std::string& name, const std::string& label,
                             std::optional<Process> unfinished) {
    auto process = unfinished ? std::make_shared<Process>(std::move(*unfinished)) : nullptr;
    start(name, [this, name, label, process] {
        const Call call{.operation = "remove", .subject = name};
        if (process) {
            // It may be setting up the network at this moment, which it must finish. One that is at
            // something longer, such as fetching an image, is asked to end, and killed by the launcher if
            // it does not.
            if (!collect(call, *process, deadline_in(time_to_finish), {})) {
                process->terminate();
                static_cast<void>(collect(call, *process, no_deadline, {}));
            }
        }
        return containers_.remove_started(call, label);
    });
}

void Cleaner::later(std::function<void()> work) {
    start({}, [work = std::move(work)]() -> Result<void> {
        work();
        return {};
    });
}

Result<void> Cleaner::wait_for(const Call& call, std::string_view name) {
    std::unique_lock lock(mutex_);
    const auto pending = [this, name] {
        return std::ranges::any_of(jobs_,
                                   [name](const Job& job) { return job.name == name && !job.done; });
    };
    if (!changed_.wait(lock, call.stop, [&pending] { return !pending(); })) {
        return call.cancelled();
    }
    Result<void> outcome;
    std::erase_if(jobs_, [name, &outcome](Job& job) {
        if (job.name != name) {
            return false;
        }
        if (!job.outcome) {
            outcome = std::move(job.outcome);
        }
        job.thread.join();
        return true;
    });
    return outcome;
}

} // namespace fairlead::podman
