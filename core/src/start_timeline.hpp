// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include <fairlead/lifecycle_plan.hpp>
#include <fairlead/start_timings.hpp>

namespace fairlead {

/// Takes down when each service of a start came to which point, and tells where the time went.
/// Threads: one at a time.
class StartTimeline {
public:
    using Moment = std::chrono::steady_clock::time_point;

    StartTimeline(std::size_t services, Moment begin);

    /// Its dependencies have come far enough, `by` the last of them.
    void released(std::size_t service, Moment at, std::optional<std::size_t> by);
    void launched(std::size_t service, Moment at) { marks_[service].launched = at; }
    void started(std::size_t service, Moment at) { marks_[service].started = at; }
    /// As often as it comes a step further.
    void ready(std::size_t service, Moment at) { marks_[service].ready = at; }
    /// It is as it shall be already.
    void kept(std::size_t service, Moment at);

    [[nodiscard]] StartTimings timings(const LifecyclePlan& plan) const;

private:
    struct Marks {
        std::optional<Moment> released{};
        std::optional<Moment> launched{};
        std::optional<Moment> started{};
        std::optional<Moment> ready{};
        std::optional<std::size_t> by{};
        bool kept = false;
    };

    [[nodiscard]] ServiceTiming timing_of(std::size_t service, const LifecyclePlan& plan) const;
    [[nodiscard]] std::vector<std::size_t> critical_path() const;

    Moment begin_;
    std::vector<Marks> marks_;
};

} // namespace fairlead
