// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include <fairlead/container_id.hpp>
#include <fairlead/container_status.hpp>
#include <fairlead/error.hpp>
#include <fairlead/export.hpp>
#include <fairlead/log_stream.hpp>
#include <fairlead/runtime.hpp>
#include <fairlead/testing/fake_script.hpp>

namespace fairlead::testing {

/// The other end of the in-memory engine `fake`: what a test does to the engine while the program
/// under test uses it through `ContainerRuntime`.
///
/// **Virtual time.** With `FakeClock::virtual_time` the clock jumps to the next moment at which
/// anything is due (a scripted change, the end of a latency, a deadline of a waiting call), and
/// everything due at that moment happens, if all of these hold:
///
/// 1. every call that is inside the engine waits there, reading a log or event stream included, and
///    at least one does (calls held by `block` are left out of the account);
/// 2. every other thread of the process is asleep: the host has finished reacting to what happened
///    before. A host that computes for more than half a second without a call is not waited for;
/// 3. no `hold_clock` is in force.
///
/// So a program's threads run for real and unchanged, minutes pass in milliseconds, and what depends
/// on time comes out the same on each run. While the engine is lost by script, condition 1 is that
/// no call is inside. Timed waits of the host itself count as sleep; they are not known here.
///
/// Containers are named by their name on the engine, `<project>.<service>` unless the stack says
/// otherwise. Functions that name one give `not_found` when it is absent.
///
/// Threads: any function from any thread, while calls are in flight. None blocks but `await_blocked`
/// and `advance`. Ownership: part of the runtime, valid as long as that.
class FAIRLEAD_API FakeControl {
public:
    FakeControl() = default;
    FakeControl(const FakeControl&) = delete;
    FakeControl& operator=(const FakeControl&) = delete;
    virtual ~FakeControl();

    /// Effect: containers of that service (`*`: of those without a script) that are created from now
    /// on behave so, and operations on them fail so, counted anew.
    virtual void script_service(std::string_view service, FakeServiceScript script) = 0;

    /// Effect: its health is that, from now until its next start; the script's word on health no
    /// longer counts. Absent check: `unsupported`; not running: `conflict`.
    [[nodiscard]] virtual Result<void> set_healthy(std::string_view name) = 0;
    [[nodiscard]] virtual Result<void> set_unhealthy(std::string_view name,
                                                     std::string probe_output = {}) = 0;

    /// Effect: its process ends, as if by itself: the restart policy counts. Not running: `conflict`.
    [[nodiscard]] virtual Result<void> exit_container(std::string_view name, int code,
                                                      bool oom = false) = 0;

    /// Effect: it writes these bytes, running or not; no newline is added.
    [[nodiscard]] virtual Result<void> write_log(std::string_view name, LogSource source,
                                                 std::string bytes) = 0;

    /// Effect: somebody else removes it, whoever's it is, with the events that this causes.
    [[nodiscard]] virtual Result<void> remove_behind_back(std::string_view name) = 0;

    /// Effect: a container without fairlead's labels runs under that name. Name taken: `conflict`.
    [[nodiscard]] virtual Result<ContainerId> add_foreign_container(std::string_view name) = 0;

    /// Effect: every call in flight and every later one fails with `unavailable`; event subscriptions
    /// and log streams are lost. A `start` in flight leaves a created container behind, as engines do.
    /// Already so: nothing.
    virtual void engine_lost(FakeLossMode mode = FakeLossMode::containers_run_on) = 0;
    virtual void engine_back() = 0;

    /// Effect: the nth call of the operation from now on, whichever service it is about, fails.
    /// `lost_reply` as in `FakeFailure`.
    virtual void fail_next(FakeOperation operation, Errc code, std::string message, int nth = 1,
                           bool lost_reply = false) = 0;

    /// Effect: from now on calls of the operation on that service (`*`: on any, or on none in
    /// particular) are held before they have any effect; `release` of the same pair lets all of them
    /// go and holds no more. A held call is cancellable and sees the loss of the engine.
    virtual void block(FakeOperation operation, std::string_view service = "*") = 0;
    virtual void release(FakeOperation operation, std::string_view service = "*") = 0;

    /// Effect: waits until a call is held by `block` of the same pair.
    /// Errors: `cancelled`; `not_found` when there is no such block.
    [[nodiscard]] virtual Result<void>
    await_blocked(FakeOperation operation, std::string_view service = "*", std::stop_token stop = {}) = 0;

    /// Effect: lets virtual time pass, moment by moment, and returns once it has passed and every call
    /// waits again and the host's other threads sleep; `advance({})` only waits for that. It works
    /// under `hold_clock`, which keeps time from running further.
    /// Errors: `cancelled`; `unsupported` with the real clock.
    [[nodiscard]] virtual Result<void> advance(std::chrono::nanoseconds duration,
                                               std::stop_token stop = {}) = 0;

    /// Effect: virtual time moves by `advance` only, while any of these handles lives. They may
    /// outlive the runtime. No effect on a real clock.
    [[nodiscard]] virtual std::shared_ptr<void> hold_clock() = 0;

    /// The engine's time.
    [[nodiscard]] virtual Timestamp now() const = 0;

    /// How many calls of the operation have reached the engine, failed ones included.
    [[nodiscard]] virtual std::uint64_t calls(FakeOperation operation) const = 0;
};

/// The control of a runtime; null when it is of another engine.
[[nodiscard]] FAIRLEAD_API FakeControl* fake_control(ContainerRuntime& runtime) noexcept;

} // namespace fairlead::testing
