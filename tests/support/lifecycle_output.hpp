// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fairlead::test {

/// The changes of state in what `fairlead --format json up` wrote, as `service state`, without progress
/// within a state and without log lines.
[[nodiscard]] std::vector<std::string> states_in(std::string_view output);

/// The lines of one stream of one service in what `fairlead --format json logs` wrote.
[[nodiscard]] std::vector<std::string> lines_in(std::string_view output, std::string_view service,
                                                std::string_view stream);

} // namespace fairlead::test
