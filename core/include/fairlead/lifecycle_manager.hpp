// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/container_id.hpp>
#include <fairlead/container_status.hpp>
#include <fairlead/error.hpp>
#include <fairlead/export.hpp>
#include <fairlead/lifecycle_events.hpp>
#include <fairlead/lifecycle_plan.hpp>
#include <fairlead/runtime.hpp>

/// A service's life, as the manager sees it:
///
///     state      | meaning                                    | goes to
///     -----------|--------------------------------------------|---------------------------------------
///     pending    | waits for its dependencies or for its turn | starting, failed, stopped
///     starting   | the engine replaces, creates and starts it | waiting, failed, stopped
///     waiting    | it runs; its health is not known yet       | running, healthy, completed, failed,
///     stopped running    | it runs and has no healthcheck             | completed, failed, stopping
///     healthy    | its healthcheck passes                     | unhealthy, completed, failed, stopping
///     unhealthy  | its healthcheck fails                      | healthy, completed, failed, stopping
///     completed  | it ended by itself with exit code 0        | starting, running, stopping
///     failed     | it could not start, or ended otherwise     | starting, running, stopping
///     stopping   | it is being stopped and removed            | stopped, failed
///     stopped    | it is not there (any more)                 | starting
///
/// Why `waiting` is a state of its own: starts are limited in number since they cost the engine work,
/// health waits are not since they cost nothing; so the two must be told apart.
namespace fairlead {

struct LifecycleOptions {
    /// Engine starts at once. More does not help: creating containers is bound by the engine.
    std::size_t parallel_starts = 8;
    /// How long a service may take to become healthy; absent: as long as the engine itself would take
    /// to call it unhealthy, that is start period + retries * (interval + timeout).
    std::optional<std::chrono::milliseconds> health_timeout;
    /// Overrides each service's own grace period on stop.
    std::optional<std::chrono::milliseconds> stop_grace;
    /// Events kept for late readers.
    std::size_t kept_events = 8192;
};

/// What the manager knows of one service.
struct ServiceView {
    std::string service;
    ServiceState state = ServiceState::pending;
    /// When it got into that state.
    Timestamp since{};
    /// Empty before the first start and after removal.
    ContainerId id;
    std::optional<int> exit_code;
    std::vector<PublishedPort> ports;
    /// The last thing that went wrong.
    std::optional<Error> error;
};

/// Runs the services of a plan on an engine.
///
/// Threads: every function may be called from any thread; `start_all`, `stop_all` and `run` exclude
/// each other and wait for their turn.
/// Ownership: shares the runtime. The destructor ends nothing: containers are left as they are.
class FAIRLEAD_API LifecycleManager {
public:
    /// All services of `plan` belong to `project`.
    LifecycleManager(std::shared_ptr<ContainerRuntime> runtime, std::string project, LifecyclePlan plan,
                     LifecycleOptions options = {});
    LifecycleManager(const LifecycleManager&) = delete;
    LifecycleManager& operator=(const LifecycleManager&) = delete;
    ~LifecycleManager();

    /// Effect: starts each service as soon as its own dependencies allow, in parallel, and waits until
    /// all are running or healthy, or have completed. A container that is there already is stopped and
    /// replaced.
    /// Errors: the first failure, naming the service; services that could not start because of it are
    /// not reported again. On failure and on cancellation everything in flight is cancelled and what
    /// this call started is removed, in reverse order; what could not be is in `cleanup_failures`.
    /// Containers that this call had not touched stay.
    /// Blocking: until all is done or undone. Cancelling starts the undoing, which is not cancellable.
    [[nodiscard]] Result<void> start_all(std::stop_token stop = {});

    /// Effect: `take_down` of the plan's services; what else the project has stays, and then its network
    /// does too.
    [[nodiscard]] Result<void> stop_all(std::stop_token stop = {});

    /// Effect: watches the services and reports what becomes of them, until `stop` is asked for or
    /// none is left running (and the engine will restart none). The loss of the engine and its return
    /// are reported as events. Stops nothing.
    /// Errors: none of the services' own; only a failure to watch at all.
    [[nodiscard]] Result<void> supervise(std::stop_token stop);

    /// All services, in the plan's order, at one moment.
    [[nodiscard]] std::vector<ServiceView> snapshot() const;

    /// A reader of the events, from the first that is still kept.
    [[nodiscard]] EventSubscription subscribe() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace fairlead
