// SPDX-License-Identifier: MIT
#pragma once

#include "engine_stand.hpp"
#include "raw_engine.hpp"

namespace fairlead::test {

using DockerStand = EngineStand<RawEngine>;

} // namespace fairlead::test
