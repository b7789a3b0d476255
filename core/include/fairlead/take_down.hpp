// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/container_status.hpp>
#include <fairlead/error.hpp>
#include <fairlead/export.hpp>
#include <fairlead/runtime.hpp>

namespace fairlead {

/// What `take_down` does to one container at the moment.
struct TakeDownProgress {
    enum class Phase {
        /// To none yet: `error`, a `project_busy`, says which other process changes the project.
        waiting,
        stopping,
        removed,
        failed,
    };
    Phase phase = Phase::stopping;
    ContainerStatus container{};
    /// For `waiting` and `failed`.
    std::optional<Error> error;
};

struct TakeDownOptions {
    /// Overrides the grace period that each container carries in its labels.
    std::optional<std::chrono::milliseconds> grace;
    /// Removes the project's named volumes as well, with their data.
    bool volumes = false;
    /// Only the containers of these services; empty: all.
    std::vector<std::string> services{};
    /// Called from several threads, one call at a time. Must not throw.
    std::function<void(const TakeDownProgress&)> observer;
};

/// Effect: stops and removes every container of a project, dependents before what they depend on and
/// otherwise in parallel, then its networks unless containers are left that were not asked for. The order
/// comes from the containers' labels, so neither a stack file nor the process that started them is
/// needed. Absent: a project without containers and networks is success. Errors: the first failure; the
/// others are its `cleanup_failures`, each naming what is left over. One stuck container holds up only
/// what it depends on. Blocking: while another process of this machine changes the project, as for
/// `LifecycleManager`, and then as long as the slowest chain takes; cancellable within 100 ms.
[[nodiscard]] FAIRLEAD_API Result<void> take_down(ContainerRuntime& runtime, std::string_view project,
                                                  const TakeDownOptions& options = {},
                                                  std::stop_token stop = {});

} // namespace fairlead
