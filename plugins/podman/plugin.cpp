// SPDX-License-Identifier: MIT
#include <fairlead/plugin.hpp>

#include "podman_runtime.hpp"

FAIRLEAD_RUNTIME_PLUGIN("podman", FAIRLEAD_VERSION, fairlead::podman::PodmanRuntime)
