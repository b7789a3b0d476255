// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <fairlead/export.hpp>

namespace fairlead {

/// Where the time of one service's start went. The parts follow each other.
struct ServiceTiming {
    std::string service;
    /// From the beginning of the whole start until its dependencies had come far enough.
    std::chrono::nanoseconds waited{0};
    /// For its turn among the starts that the engine does at once.
    std::chrono::nanoseconds queued{0};
    /// The engine replaced, created and started it, its image included.
    std::chrono::nanoseconds engine{0};
    /// From its start until it was running or healthy or, where others wait for that, had completed.
    std::chrono::nanoseconds until_ready{0};
    /// The dependency that was the last to come far enough; empty: it waited for none.
    std::string released_by;
    /// It ran already, unchanged, and was left alone.
    bool kept = false;
};

/// Where the time of a start of the whole went.
struct StartTimings {
    std::chrono::nanoseconds total{0};
    /// Of the services that were started or kept, in the plan's order.
    std::vector<ServiceTiming> services;
    /// The chain of services that determined the total, the first to start first: each was released by
    /// the one before, and the last was the last of all to be ready.
    std::vector<std::string> critical_path;
};

/// A table for people, the critical path in its last line. No trailing newline.
[[nodiscard]] FAIRLEAD_API std::string to_string(const StartTimings& timings);

/// One JSON object with the members of `StartTimings`; times in seconds.
[[nodiscard]] FAIRLEAD_API std::string to_json(const StartTimings& timings);

} // namespace fairlead
