// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <fairlead/stack.hpp>

namespace fairlead::bench {

/// `count` services in layers of a hundred; each waits until three services of the layer before are
/// healthy. So the graph grows in depth alone, and its edges as its services.
[[nodiscard]] std::vector<Service> layered_stack(std::string_view project, std::size_t count);

} // namespace fairlead::bench
