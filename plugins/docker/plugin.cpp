// SPDX-License-Identifier: MIT
#include <fairlead/plugin.hpp>

#include "docker_runtime.hpp"

FAIRLEAD_RUNTIME_PLUGIN("docker", FAIRLEAD_VERSION, fairlead::docker::DockerRuntime)
