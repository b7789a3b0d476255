// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include <fairlead/container_status.hpp>
#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/lifecycle_plan.hpp>

namespace fairlead {

/// What a start has to do about one service, given what the engine has of it.
struct ServiceStep {
    enum class Kind {
        /// Nothing is there.
        create,
        /// What is there is gone, or is not as it shall be.
        replace,
        /// It runs, and is as it shall be.
        keep,
    };
    Kind kind = Kind::create;
    /// Its containers as the engine has them. More than one only if somebody has made them by hand or
    /// the container's name has changed.
    std::vector<ContainerStatus> existing;
};

/// What stands between what is there and what shall be.
struct Convergence {
    /// By the plan's index.
    std::vector<ServiceStep> steps;
    /// Containers of the project whose service is not in the plan.
    std::vector<ContainerStatus> strangers;
};

/// Compares a project's containers with a plan: pure, the engine is not asked.
///
/// A container is kept if its process has been started and has not ended, its name is the one it shall
/// have, and its configuration's digest is that of the plan. One that is replaced because it has changed
/// takes those that depend on it with it. An image that a start may build or pull anew
/// (`pull_policy` build or always) counts as changed.
[[nodiscard]] Convergence converge(const LifecyclePlan& plan, std::vector<ContainerStatus> containers,
                                   Recreate recreate);

} // namespace fairlead
