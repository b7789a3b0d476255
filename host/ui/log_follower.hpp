// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <fairlead/runtime.hpp>

#include "log_printer.hpp"

namespace fairlead::host {

/// Reads the logs of several containers at once and prints them.
class LogFollower {
public:
    LogFollower(ContainerRuntime& runtime, LogPrinter& printer, Output& err, std::stop_token stop);

    /// Reads this container's log in a thread of its own. A service whose container is being read
    /// already is left at that; one whose reading has ended goes on behind the last line printed.
    void follow(const std::string& service, const ContainerId& id, LogOptions options);

    /// Returns once every log has ended.
    void wait();

    /// Whether any log could not be read to its end.
    [[nodiscard]] bool failed() const;

private:
    struct Reading {
        ContainerId id;
        std::optional<Timestamp> last;
        bool active = false;
        std::jthread thread;
    };

    void read(const std::string& service, const ContainerId& id, const LogOptions& options);
    void note_time(const std::string& service, const ContainerId& id, const LogChunk& chunk);

    ContainerRuntime& runtime_;
    LogPrinter& printer_;
    Output& err_;
    const std::stop_token stop_;
    mutable std::mutex mutex_;
    bool failed_ = false;
    std::map<std::string, Reading> readings_;
    std::vector<std::jthread> ended_;
};

} // namespace fairlead::host
