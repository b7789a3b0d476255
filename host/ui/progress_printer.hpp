// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include <fairlead/lifecycle_events.hpp>

#include "output.hpp"

namespace fairlead::host {

/// Tells a person, line by line, what becomes of the services.
/// Threads: one at a time.
class ProgressPrinter {
public:
    /// `width`: of the longest service name.
    ProgressPrinter(Output& err, std::size_t width) : err_(err), width_(width) {}

    void print(const EventSubscription::Item& item);

private:
    [[nodiscard]] std::string describe(const LifecycleEvent& event);

    Output& err_;
    const std::size_t width_;
    std::map<std::string, Timestamp> started_;
    std::map<std::string, std::string> last_;
};

} // namespace fairlead::host
