// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
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
#include <fairlead/start_timings.hpp>

// clang-format off
/// A service's life, as the manager sees it. It goes from each state to those of the last column:
///
/// | state     | meaning                                    | goes to                                   |
/// |-----------|--------------------------------------------|-------------------------------------------|
/// | pending   | waits for its dependencies or for its turn | starting, waiting, running, healthy       |
/// | starting  | the engine replaces, creates and starts it | waiting                                   |
/// | waiting   | it runs; its health is not known yet       | running, healthy, completed, stopping     |
/// | running   | it runs and has no healthcheck             | completed, stopping                       |
/// | healthy   | its healthcheck passes                     | unhealthy, completed, stopping            |
/// | unhealthy | its healthcheck fails                      | healthy, completed, stopping              |
/// | completed | it ended by itself with exit code 0        | running, stopping                         |
/// | failed    | it could not start, or ended otherwise     | running, stopping                         |
/// | stopping  | it is being stopped and removed            | stopped                                   |
/// | stopped   | it is not there (any more)                 | running                                   |
///
/// Besides, any state goes to `pending` when a start or restart begins, to `failed` when something goes
/// wrong, and to `stopped` when a start is undone or somebody else removes the container. What others do to
/// a container, its engine's restart policy for one, is taken over as the engine tells it.
///
/// Why `waiting` is a state of its own: starts are limited in number since they cost the engine work,
/// health waits are not since they cost nothing; so the two must be told apart.
// clang-format on
namespace fairlead {

/// What becomes of containers that a start finds.
enum class Recreate {
    /// Those that run as they should are left alone; those whose configuration has changed are replaced,
    /// and so are those that depend on them.
    when_changed,
    /// All are replaced.
    always,
    /// Those that run are left alone, whatever has changed.
    never,
};

struct LifecycleOptions {
    /// Engine starts at once. More does not help: creating containers is bound by the engine.
    std::size_t parallel_starts = 8;
    /// How long a service may take to become healthy; absent: as long as the engine itself would take
    /// to call it unhealthy, that is start period + retries * (interval + timeout).
    std::optional<std::chrono::milliseconds> health_timeout{};
    /// Overrides each service's own grace period on stop.
    std::optional<std::chrono::milliseconds> stop_grace{};
    /// Events kept for late readers.
    std::size_t kept_events = 8192;
    Recreate recreate = Recreate::when_changed;
    /// Whether a start removes orphans, that is containers of the project whose service is neither in the
    /// plan nor in `other_services`. Otherwise they are only reported, in an event.
    bool remove_orphans = false;
    /// Services of the project that are left out of the plan on purpose.
    std::vector<std::string> other_services{};
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
    /// How often the engine's restart policy has started it again.
    int restarts = 0;
    /// The last thing that went wrong.
    std::optional<Error> error;
};

/// When `LifecycleManager::run` shall end by itself.
struct RunOptions {
    /// As soon as any service ends, and its engine will not start it again. One for whose completion
    /// others wait does not count.
    bool abort_on_exit = false;
    /// The service whose exit code becomes that of the whole; implies `abort_on_exit`. Empty: none.
    std::string exit_code_from{};
    /// Called once all services are up, in the thread of `run`. Must not throw.
    std::function<void()> on_up{};
};

/// How `LifecycleManager::run` has ended.
struct RunOutcome {
    /// The exit code of `RunOptions::exit_code_from`, which is stopped first of all if it still runs;
    /// else that of the service whose end ended the run; else 1 if a service has failed and 0 if none
    /// has.
    int exit_code = 0;
    /// Whose end ended the run; empty if nothing was left running, or it was cancelled.
    std::string ended_by;
    /// `stop` was asked for while it supervised.
    bool interrupted = false;
};

/// Runs the services of a plan on an engine.
///
/// Threads: every function may be called from any thread. `start_all` and `stop_all` exclude each other
/// and `restart`, and wait for their turn, in which they can be cancelled; `supervise` goes on beside all
/// of them, once at a time. Processes are kept apart as well: if the engine's containers survive their
/// host, `start_all`, `stop_all` and `restart` wait while another process of this machine (of this
/// network namespace, exactly) does one of these to the same project, and an event names it. A process
/// that dies lets the next one go on, however it died. Ownership: shares the runtime. The destructor ends
/// nothing: containers are left as they are.
class FAIRLEAD_API LifecycleManager {
public:
    /// All services of `plan` belong to `project`.
    LifecycleManager(std::shared_ptr<ContainerRuntime> runtime, std::string project, LifecyclePlan plan,
                     LifecycleOptions options = {});
    LifecycleManager(const LifecycleManager&) = delete;
    LifecycleManager& operator=(const LifecycleManager&) = delete;
    ~LifecycleManager();

    /// Effect: starts each service as soon as its own dependencies allow, in parallel, and waits until
    /// all are running or healthy or, where others wait for that, have completed.
    /// Already so: by `LifecycleOptions::recreate`; by default a container that runs, whoever started it,
    /// is left alone unless its configuration has changed or something that it depends on is replaced
    /// since that has changed. An image that the start may build or pull anew (pull policy `build` or
    /// `always`) counts as a change; the contents of a secret do not. A container that has ended is
    /// replaced. Errors: the first failure, naming the service and who waits for it; services that could
    /// not start because of it have a `dependency_failed` in their view. On failure and on cancellation
    /// everything in flight is cancelled and what this call started is removed, in reverse order; what
    /// could not be is in `cleanup_failures`. What this call had not touched stays; what it had replaced
    /// is gone, and the hint names it. Blocking: until all is done or undone. Cancelling starts the
    /// undoing, which is not cancellable.
    [[nodiscard]] Result<void> start_all(std::stop_token stop = {});

    /// Effect: `take_down` of the plan's services; what else the project has stays, and then its network
    /// does too.
    [[nodiscard]] Result<void> stop_all(std::stop_token stop = {});

    /// Effect: replaces the service's container by a new one and waits until that is running or healthy;
    /// then does the same to those services that depend on it with `restart` set, and so on.
    /// Absent: it is started.
    /// Errors: `not_found` for a service that is not in the plan; `restart_in_progress`, at once, while
    /// one of these services is being restarted already; otherwise as `start_all`: what this call has
    /// started is removed.
    /// Blocking: until all is done or undone.
    [[nodiscard]] Result<void> restart(std::string_view service, std::stop_token stop = {});

    /// Effect: watches the services and reports what becomes of them, until `stop` is asked for or
    /// none is left running (and the engine will restart none). The loss of the engine and its return
    /// are reported as events. Stops nothing.
    /// Errors: none of the services' own; only a failure to watch at all.
    [[nodiscard]] Result<void> supervise(std::stop_token stop);

    /// Effect: `start_all`, then `supervise` until `stop` is asked for, nothing is left running or
    /// `options` say so, then `stop_all`.
    /// Errors: those of the three, the first one first. A service that fails while it is supervised is no
    /// error but an outcome.
    /// Blocking: asking for `stop` begins the stopping, which goes on until all is stopped.
    [[nodiscard]] Result<RunOutcome> run(std::stop_token stop, const RunOptions& options = {});

    /// All services, in the plan's order, at one moment.
    [[nodiscard]] std::vector<ServiceView> snapshot() const;

    /// A reader of the events, from the first that is still kept.
    [[nodiscard]] EventSubscription subscribe() const;

    /// Where the time of the last `start_all` or `restart` went; empty before the first one has ended.
    [[nodiscard]] StartTimings timings() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace fairlead
