// SPDX-License-Identifier: MIT
#pragma once

#include <fairlead/container_id.hpp>
#include <fairlead/container_spec.hpp>
#include <fairlead/error.hpp>
#include <fairlead/runtime.hpp>

#include "call.hpp"
#include "engine.hpp"

namespace fairlead::fake {

/// What `ContainerRuntime::start` does once it has begun: image, networks, volumes, container, process.
/// Reports to `observer` without the lock.
[[nodiscard]] Result<ContainerId> start_container(Engine& engine, Call& call, const ContainerSpec& spec,
                                                  const StartObserver& observer);

} // namespace fairlead::fake
