// SPDX-License-Identifier: MIT
#include <array>

#include "case.hpp"
#include "cases/areas.hpp"

namespace fairlead::conformance {

std::span<const std::span<const Case>> all_cases() {
    static const std::array areas = {argument_cases(),  absence_cases(),      start_cases(),
                                     inspect_cases(),   stop_cases(),         remove_cases(),
                                     health_cases(),    log_cases(),          list_and_watch_cases(),
                                     network_cases(),   port_cases(),         process_cases(),
                                     privilege_cases(), limit_cases(),        mount_cases(),
                                     image_cases(),     cancellation_cases(), concurrency_cases()};
    return areas;
}

} // namespace fairlead::conformance
