// SPDX-License-Identifier: MIT
#pragma once

#include "engine_stand.hpp"
#include "podman_engine.hpp"

namespace fairlead::test {

using PodmanStand = EngineStand<PodmanEngine>;

} // namespace fairlead::test
