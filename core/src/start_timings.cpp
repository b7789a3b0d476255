// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <fairlead/start_timings.hpp>

namespace fairlead {
namespace {

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

} // namespace

std::string to_string(const StartTimings& timings) {
    std::size_t width = std::string_view("SERVICE").size();
    for (const ServiceTiming& timing : timings.services) {
        width = std::max(width, timing.service.size());
    }
    std::string text = fmt::format("{:<{}}  {:>8}  {:>8}  {:>8}  {:>8}  {}\n", "SERVICE", width, "WAITED",
                                   "QUEUED", "ENGINE", "READY", "RELEASED BY");
    for (const ServiceTiming& timing : timings.services) {
        text +=
            fmt::format("{:<{}}  {:>8.3f}  {:>8.3f}  {:>8.3f}  {:>8.3f}  {}\n", timing.service, width,
                        seconds(timing.waited), seconds(timing.queued), seconds(timing.engine),
                        seconds(timing.until_ready), timing.kept ? "(unchanged)" : timing.released_by);
    }
    return text + fmt::format("critical path: {} ({:.3f} s)", fmt::join(timings.critical_path, " -> "),
                              seconds(timings.total));
}

std::string to_json(const StartTimings& timings) {
    nlohmann::ordered_json json = {{"total", seconds(timings.total)},
                                   {"critical_path", timings.critical_path},
                                   {"services", nlohmann::ordered_json::array()}};
    for (const ServiceTiming& timing : timings.services) {
        json["services"].push_back({{"service", timing.service},
                                    {"waited", seconds(timing.waited)},
                                    {"queued", seconds(timing.queued)},
                                    {"engine", seconds(timing.engine)},
                                    {"until_ready", seconds(timing.until_ready)},
                                    {"released_by", timing.released_by},
                                    {"kept", timing.kept}});
    }
    return json.dump();
}

} // namespace fairlead
