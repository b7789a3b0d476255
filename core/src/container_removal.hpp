// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include <fairlead/error.hpp>
#include <fairlead/runtime.hpp>
#include <fairlead/take_down.hpp>

namespace fairlead {

/// Stops a container if it runs, with the grace period it carries in its labels unless `grace` says
/// otherwise, and removes it.
[[nodiscard]] Result<void> stop_and_remove(ContainerRuntime& runtime, const ContainerStatus& container,
                                           std::optional<std::chrono::milliseconds> grace,
                                           const std::stop_token& stop);

/// Stops and removes these containers, each once those that depend on it (by their labels) are gone,
/// in parallel otherwise. Returns every failure; a container that could not be removed does not keep
/// what it depends on from being removed.
[[nodiscard]] std::vector<Error> remove_containers(ContainerRuntime& runtime,
                                                   const std::vector<ContainerStatus>& containers,
                                                   const TakeDownOptions& options,
                                                   const std::stop_token& stop);

} // namespace fairlead
