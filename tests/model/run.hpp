// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "scenario.hpp"

namespace fairlead::model {

/// Does what the scenario says and checks after each step what must hold.
/// Throws `Broken` at the first thing that does not.
void run(const Scenario& scenario);

struct Broken {
    std::string what;
};

} // namespace fairlead::model
