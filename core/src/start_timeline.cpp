// SPDX-License-Identifier: MIT
#include "start_timeline.hpp"

#include <algorithm>
#include <iterator>

namespace fairlead {

StartTimeline::StartTimeline(std::size_t services, Moment begin) : begin_(begin), marks_(services) {}

void StartTimeline::released(std::size_t service, Moment at, std::optional<std::size_t> by) {
    marks_[service].released = at;
    marks_[service].by = by;
}

void StartTimeline::kept(std::size_t service, Moment at) {
    Marks& marks = marks_[service];
    marks.kept = true;
    marks.launched = marks.started = at;
}

StartTimings StartTimeline::timings(const LifecyclePlan& plan) const {
    StartTimings result;
    for (const std::size_t service : plan.order()) {
        if (marks_[service].ready) {
            result.services.push_back(timing_of(service, plan));
        }
    }
    const auto path = critical_path();
    for (const std::size_t service : path) {
        result.critical_path.push_back(plan.services()[service].container.service);
    }
    if (!path.empty()) {
        // The others may have failed, where nobody required them, and then were never ready.
        result.total = *marks_[path.back()].ready - begin_;
    }
    return result;
}

ServiceTiming StartTimeline::timing_of(std::size_t service, const LifecyclePlan& plan) const {
    const Marks& marks = marks_[service];
    // One that ended at once never came to be seen running.
    const Moment started = marks.started.value_or(*marks.ready);
    return {.service = plan.services()[service].container.service,
            .waited = *marks.released - begin_,
            .queued = *marks.launched - *marks.released,
            .engine = started - *marks.launched,
            .until_ready = *marks.ready - started,
            .released_by = marks.by ? plan.services()[*marks.by].container.service : "",
            .kept = marks.kept};
}

std::vector<std::size_t> StartTimeline::critical_path() const {
    const auto last = std::ranges::max_element(marks_, {}, &Marks::ready);
    std::vector<std::size_t> path;
    if (last == marks_.end() || !last->ready) {
        return path;
    }
    std::optional<std::size_t> at = static_cast<std::size_t>(std::distance(marks_.begin(), last));
    for (; at; at = marks_[*at].by) {
        path.push_back(*at);
    }
    std::ranges::reverse(path);
    return path;
}

} // namespace fairlead
