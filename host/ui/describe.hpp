// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <fairlead/container_status.hpp>

namespace fairlead::host {

/// `127.0.0.1:8080->80/tcp, …`.
[[nodiscard]] std::string describe(const std::vector<PublishedPort>& ports);

} // namespace fairlead::host
