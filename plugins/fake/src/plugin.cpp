// SPDX-License-Identifier: MIT
#include <fairlead/plugin.hpp>

#include "fake_runtime.hpp"

FAIRLEAD_RUNTIME_PLUGIN("fake", FAIRLEAD_VERSION, fairlead::fake::FakeRuntime)
