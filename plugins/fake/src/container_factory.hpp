// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string_view>

#include <fairlead/container_spec.hpp>
#include <fairlead/error.hpp>

#include "engine.hpp"

namespace fairlead::fake {

/// Makes the container, with its networks, volumes and ports, and puts it into the engine. It does not
/// run yet. Under the engine's lock.
///
/// Errors, without operation and subject: `conflict`, `not_found`, `port_in_use`, `invalid_spec` (the
/// stop signal). Nothing is left behind but networks and volumes.
[[nodiscard]] Result<std::shared_ptr<Container>> create_container(Engine& engine,
                                                                  const ContainerSpec& spec);

/// A container that fairlead knows nothing of, running.
/// Errors: `conflict`.
[[nodiscard]] Result<std::shared_ptr<Container>> create_foreign(Engine& engine, std::string_view name);

/// `conflict` if that name is taken.
[[nodiscard]] Result<void> check_name_free(const Engine& engine, std::string_view name);

/// Errors: `conflict`, `not_found`.
[[nodiscard]] Result<void> provide_network(Engine& engine, const NetworkSpec& network);

} // namespace fairlead::fake
