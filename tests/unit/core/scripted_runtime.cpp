// SPDX-License-Identifier: MIT
#include "scripted_runtime.hpp"

namespace fairlead::test {

// Here, so that the class has its vtable in one place.
ScriptedRuntime::ScriptedRuntime() = default;
ScriptedRuntime::~ScriptedRuntime() = default;

} // namespace fairlead::test
