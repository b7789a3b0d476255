// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "bench.hpp"
#include "case.hpp"

namespace fairlead::conformance {

/// Why a case that needs all these cannot be tried here; empty if it can.
[[nodiscard]] std::string missing_for(Need needs, const Setting& setting);

} // namespace fairlead::conformance
