// SPDX-License-Identifier: MIT
#include "log_follower.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace fairlead::host {

LogFollower::LogFollower(ContainerRuntime& runtime, LogPrinter& printer, Output& err,
                         std::stop_token stop)
    : runtime_(runtime), printer_(printer), err_(err), stop_(std::move(stop)) {}

void LogFollower::follow(const std::string& service, const ContainerId& id, LogOptions options) {
    const std::lock_guard lock(mutex_);
    Reading& reading = readings_[service];
    if (reading.active && reading.id == id) {
        return;
    }
    if (reading.id == id && reading.last) {
        options.since = *reading.last + std::chrono::nanoseconds(1);
    }
    // The old container is gone, so its reader ends by itself; it must not keep the new one waiting.
    if (reading.thread.joinable()) {
        ended_.push_back(std::move(reading.thread));
    }
    reading.id = id;
    reading.active = true;
    reading.thread = std::jthread([this, service, id, options] { read(service, id, options); });
}

void LogFollower::read(const std::string& service, const ContainerId& id, const LogOptions& options) {
    auto stream = runtime_.logs(id, options, stop_);
    std::optional<Error> error;
    if (!stream) {
        error = std::move(stream.error());
    }
    while (!error) {
        auto chunk = (*stream)->next(stop_);
        if (!chunk) {
            error = std::move(chunk.error());
        } else if (!*chunk) {
            break;
        } else {
            note_time(service, id, **chunk);
            printer_.print(service, std::move(**chunk));
        }
    }
    printer_.finish(service);
    const std::lock_guard lock(mutex_);
    if (Reading& reading = readings_[service]; reading.id == id) {
        reading.active = false;
    }
    // A container that was removed meanwhile has no more to say.
    if (error && error->code != Errc::cancelled && error->code != Errc::not_found) {
        failed_ = true;
        error->subject = service;
        err_.line("fairlead: " + to_string(*error));
    }
}

void LogFollower::note_time(const std::string& service, const ContainerId& id, const LogChunk& chunk) {
    const std::lock_guard lock(mutex_);
    if (Reading& reading = readings_[service]; reading.id == id && chunk.timestamp) {
        reading.last = chunk.timestamp;
    }
}

void LogFollower::wait() {
    std::vector<std::jthread> threads;
    {
        const std::lock_guard lock(mutex_);
        threads = std::move(ended_);
        for (auto& [service, reading] : readings_) {
            threads.push_back(std::move(reading.thread));
        }
    }
}

bool LogFollower::failed() const {
    const std::lock_guard lock(mutex_);
    return failed_;
}

} // namespace fairlead::host
