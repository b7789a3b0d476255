// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/capabilities.hpp>
#include <fairlead/container_id.hpp>
#include <fairlead/container_spec.hpp>
#include <fairlead/container_status.hpp>
#include <fairlead/error.hpp>
#include <fairlead/event_stream.hpp>
#include <fairlead/export.hpp>
#include <fairlead/log_stream.hpp>

namespace fairlead {

/// For `wait_healthy`: wait without end.
inline constexpr std::chrono::milliseconds no_timeout = std::chrono::milliseconds::max();

/// What `start` is doing at the moment, for people who wait.
struct StartProgress {
    enum class Phase { pulling, building, creating, starting };
    Phase phase = Phase::creating;
    /// One line: a layer's state, a build step's output.
    std::string text;
    /// Bytes or steps done and in all, where the engine tells.
    std::optional<std::uint64_t> done;
    std::optional<std::uint64_t> total;
};

/// Called by `start` in its own thread, any number of times. Must not throw or call the runtime.
using StartObserver = std::function<void(const StartProgress&)>;

/// One container engine.
///
/// This is the product: six operations that run a container (`start`, `stop`, `remove`, `inspect`,
/// `wait_healthy`, `logs`), and the few without which a stack of them cannot be managed from a
/// process that did not start it.
///
/// The public functions are the contract and are the same code for every engine: they check the
/// arguments before the engine is asked anything, set fairlead's labels, and turn anything thrown by
/// a plugin into an `Error`. Then they call the private `do_*` function of the same name, which a
/// plugin implements and which may rely on those checks.
///
/// Common to every operation, and not repeated:
/// - *Errors*: besides those named, `invalid_spec` (a malformed argument), `cancelled`, `unavailable`,
///   `engine_failed`, `protocol` and `internal` are always possible.
/// - *Blocking*: the call blocks until its effect is complete. When `stop` is asked for it returns
///   `cancelled` within 100 ms; asked for before the call, no engine is asked anything.
/// - *Threads*: any number of threads may call any functions of one runtime at once.
/// - *Ownership*: arguments are not kept beyond the call; what is returned is the caller's. Streams
///   must not outlive the runtime.
///
/// Why blocking calls and no asynchronous framework: only standard types cross the boundary to a
/// plugin, so a plugin may use any library, in any version, and a host needs none of them.
class FAIRLEAD_API ContainerRuntime {
public:
    ContainerRuntime() = default;
    ContainerRuntime(const ContainerRuntime&) = delete;
    ContainerRuntime& operator=(const ContainerRuntime&) = delete;
    virtual ~ContainerRuntime();

    /// Effect: gets the image (building or pulling it when the policy says so), ensures the
    /// container's networks and volumes, creates the container with fairlead's labels, and starts it.
    /// Returns once its process runs; `wait_healthy` waits for more.
    /// Already so: a container of that name, running or not, is a `conflict` and is left alone.
    /// Errors: `conflict`, `unsupported` (names the field), `not_found` (an external network or
    /// volume), `image_unavailable`, `build_failed`, `start_failed`, `port_in_use`. On any of them, and
    /// on cancellation, nothing is left behind: a container that was created is removed. After a
    /// cancellation that removal may still be going on when the call returns; `remove` of the same
    /// name and the runtime's destructor wait for it.
    /// Blocking: pulls and builds take as long as they take; `observer` reports on them.
    [[nodiscard]] Result<ContainerId> start(const ContainerSpec& spec, std::stop_token stop = {},
                                            const StartObserver& observer = {});

    /// Effect: sends the container's stop signal, waits for its end up to `grace`, then kills it. The
    /// engine's restart policy does not start it again.
    /// Already so: a stopped or absent container is success.
    /// Errors: `conflict` for a container without fairlead's labels.
    /// Blocking: at most `grace` plus the time the kill takes. `grace` is honoured to the millisecond;
    /// 0 kills at once.
    [[nodiscard]] Result<void> stop(const ContainerId& id, std::chrono::milliseconds grace,
                                    std::stop_token stop = {});

    /// Effect: removes the container of that name, killing it if it runs, with its anonymous volumes;
    /// named volumes stay. Returns once the name is free.
    /// Absent: success.
    /// Errors: `conflict` for a container without fairlead's labels, which is never touched.
    [[nodiscard]] Result<void> remove(std::string_view name, std::stop_token stop = {});

    /// Effect: none; reports what the engine knows now.
    /// Absent: `not_found`.
    [[nodiscard]] Result<ContainerStatus> inspect(const ContainerId& id, std::stop_token stop = {});

    /// Effect: none on the container but the probes of its own healthcheck (see `HealthPace`). Returns
    /// once it is healthy; without a healthcheck, once it is running. From then on `inspect` of this
    /// runtime says `healthy`, until the engine says otherwise.
    /// Absent: `not_found`.
    /// Errors: `exited` when it ends first, with its exit code in the message and its last log lines
    /// attached; `timeout`, with the last probe's output attached. An `unhealthy` container is waited
    /// for: it may recover.
    /// Blocking: up to `timeout`, which may be `no_timeout`.
    [[nodiscard]] Result<void> wait_healthy(const ContainerId& id, std::chrono::milliseconds timeout,
                                            std::stop_token stop = {});

    /// Effect: opens the container's output for reading.
    /// Absent: `not_found`.
    /// Blocking: until the engine has accepted; reading blocks in `LogStream::next`.
    [[nodiscard]] Result<std::unique_ptr<LogStream>>
    logs(const ContainerId& id, const LogOptions& options = {}, std::stop_token stop = {});

    /// Effect: none; every container of the project, stopped ones too, ordered by name. It goes by
    /// labels alone, so it works from any process.
    /// Absent: none is an empty list.
    [[nodiscard]] Result<std::vector<ContainerStatus>> list(std::string_view project,
                                                            std::stop_token stop = {});

    /// Effect: none; every container that fairlead has made for whatever project, as `list` gives them.
    /// It is how what killed processes left behind is found, when they named their projects themselves.
    [[nodiscard]] Result<std::vector<ContainerStatus>> list_all(std::stop_token stop = {});

    /// Effect: subscribes to what happens to the project's containers; every event after the return
    /// is delivered.
    /// Absent: a project without containers is watched for those to come.
    [[nodiscard]] Result<EventStream> watch(std::string_view project, std::stop_token stop = {});

    /// Effect: creates the network unless it is there. `start` does so for the networks it needs.
    /// Already so: success. An external network is only looked for.
    /// Errors: `conflict` for a network of that name without the project's label, which is neither
    /// shared nor changed; `not_found` for an absent external one; `unsupported`.
    [[nodiscard]] Result<void> ensure_network(const NetworkSpec& network, std::stop_token stop = {});

    /// Effect: removes every network that was created for the project.
    /// Absent: success.
    /// Errors: `conflict` for a network that a container still uses.
    [[nodiscard]] Result<void> remove_network(std::string_view project, std::stop_token stop = {});

    /// Effect: removes every named volume that was created for the project, with its data.
    /// Absent: success.
    /// Errors: `conflict` for a volume that a container still uses.
    [[nodiscard]] Result<void> remove_volumes(std::string_view project, std::stop_token stop = {});

    /// What the engine can do; constant for the life of the runtime, never blocks.
    [[nodiscard]] Capabilities capabilities() const noexcept;

    /// Effect: asks the engine who it is, which is also the test of whether it can be reached.
    [[nodiscard]] Result<EngineVersion> version(std::stop_token stop = {});

private:
    virtual Result<ContainerId> do_start(const ContainerSpec& spec, std::stop_token stop,
                                         const StartObserver& observer) = 0;
    virtual Result<void> do_stop(const ContainerId& id, std::chrono::milliseconds grace,
                                 std::stop_token stop) = 0;
    virtual Result<void> do_remove(std::string_view name, std::stop_token stop) = 0;
    virtual Result<ContainerStatus> do_inspect(const ContainerId& id, std::stop_token stop) = 0;
    virtual Result<void> do_wait_healthy(const ContainerId& id, std::chrono::milliseconds timeout,
                                         std::stop_token stop) = 0;
    virtual Result<std::unique_ptr<LogStream>> do_logs(const ContainerId& id, const LogOptions& options,
                                                       std::stop_token stop) = 0;
    /// An empty project stands for all of them.
    virtual Result<std::vector<ContainerStatus>> do_list(std::string_view project,
                                                         std::stop_token stop) = 0;
    /// Returns an unconnected source; `watch` connects it.
    virtual Result<std::unique_ptr<EventSource>> do_watch(std::string_view project) = 0;
    virtual Result<void> do_ensure_network(const NetworkSpec& network, std::stop_token stop) = 0;
    virtual Result<void> do_remove_network(std::string_view project, std::stop_token stop) = 0;
    virtual Result<void> do_remove_volumes(std::string_view project, std::stop_token stop) = 0;
    [[nodiscard]] virtual Capabilities do_capabilities() const noexcept = 0;
    virtual Result<EngineVersion> do_version(std::stop_token stop) = 0;
};

} // namespace fairlead
