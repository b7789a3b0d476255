// SPDX-License-Identifier: MIT
#include "cleaner.hpp"

#include <algorithm>
#include <utility>

#include "engine_error.hpp"

namespace fairlead::docker {
namespace {

/// A creation that has not answered by then is looked for by name; the destructor waits no longer.
constexpr std::chrono::seconds creation_limit{15};
constexpr std::size_t failures_kept = 32;

} // namespace

Cleaner::~Cleaner() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Cleaner::remove(const std::string& name, const std::string& id) {
    add({.name = name, .work = [this, name, id] {
             return containers_.remove_by_id({.operation = "remove", .subject = name}, id);
         }});
}

void Cleaner::remove_when_created(const std::string& name, const std::string& start,
                                  HttpExchange creation) {
    auto exchange = std::make_shared<HttpExchange>(std::move(creation));
    add({.name = name, .work = [this, name, start, exchange]() -> Result<void> {
             const Call call{.operation = "remove", .subject = name};
             // Whatever it answers, the name tells whether it has created something.
             static_cast<void>(exchange->finish(call, deadline_in(creation_limit)));
             const Result<std::optional<Inspection>> found = containers_.find(call, name);
             if (!found) {
                 return std::unexpected(found.error());
             }
             if (!*found || (*found)->start != start) {
                 return {};
             }
             return containers_.remove_by_id(call, (*found)->status.id.value());
         }});
}

Result<void> Cleaner::wait_for(const Call& call, const std::string& name) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, call.stop, [&] { return !is_pending(name); })) {
        return call.failed(Errc::cancelled, "it was cancelled");
    }
    const auto failure = std::ranges::find(failures_, name, &Error::subject);
    if (failure == failures_.end()) {
        return {};
    }
    Error error = std::move(*failure);
    failures_.erase(failure);
    return std::unexpected(std::move(error));
}

bool Cleaner::is_pending(const std::string& name) const {
    return std::ranges::find(jobs_, name, &Job::name) != jobs_.end();
}

void Cleaner::add(Job job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    if (!thread_.joinable()) {
        thread_ = std::thread([this] { run(); });
    }
    changed_.notify_all();
}

void Cleaner::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
        if (jobs_.empty()) {
            return;
        }
        const std::function<Result<void>()> work = jobs_.front().work;
        lock.unlock();
        Result<void> done = work();
        lock.lock();
        if (!done) {
            failures_.push_back(std::move(done.error()));
            if (failures_.size() > failures_kept) {
                failures_.pop_front();
            }
        }
        jobs_.pop_front();
        changed_.notify_all();
    }
}

} // namespace fairlead::docker
