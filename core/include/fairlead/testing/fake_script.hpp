// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>
#include <fairlead/export.hpp>
#include <fairlead/log_stream.hpp>

/// What the in-memory engine `fake` shall do. The same structs are filled from its JSON options and
/// handed over by `FakeControl`; its README has a table of all of them.
namespace fairlead::testing {

/// The operations of `ContainerRuntime` that reach the engine.
enum class FakeOperation {
    start,
    stop,
    remove,
    inspect,
    wait_healthy,
    logs,
    list,
    watch,
    ensure_network,
    remove_network,
    remove_volumes,
    version,
};

inline constexpr std::size_t fake_operation_count = 12;

/// The name of an operation, as it appears in JSON: `start`, `wait_healthy`, …
[[nodiscard]] FAIRLEAD_API std::string_view to_string(FakeOperation operation) noexcept;

/// One line that a container writes.
struct FakeLogLine {
    /// Counted from the start of the process.
    std::chrono::nanoseconds after{0};
    LogSource source = LogSource::stdout_stream;
    /// Without the newline, which is added.
    std::string text;

    bool operator==(const FakeLogLine&) const = default;
};

/// A failure of one operation.
struct FakeFailure {
    FakeOperation operation = FakeOperation::start;
    /// Which calls fail, counted from 1; empty: every one.
    std::vector<int> nth;
    Errc code = Errc::engine_failed;
    /// Empty: a sentence that says that the failure was scripted.
    std::string message;
    /// The effect happens and only the answer is lost. A `start` that loses its answer leaves its
    /// container running, which no engine's plugin may do: it is the one thing a host cannot see.
    bool lost_reply = false;

    bool operator==(const FakeFailure&) const = default;
};

/// Health that comes and goes, beginning with the first `healthy`.
struct FakeFlapping {
    std::chrono::nanoseconds healthy_for{std::chrono::seconds{1}};
    std::chrono::nanoseconds unhealthy_for{std::chrono::seconds{1}};

    bool operator==(const FakeFlapping&) const = default;
};

/// How the containers of one service behave. Times count from the start of the process, on every
/// start anew, unless said otherwise.
struct FakeServiceScript {
    /// What each operation on the service takes; absent: the engine's latency.
    std::optional<std::chrono::nanoseconds> latency;
    /// How long the container stays created before its process runs; `start` waits for it.
    std::chrono::nanoseconds start_after{0};
    /// When the check first passes.
    std::chrono::nanoseconds health_after{0};
    /// The check never passes.
    bool never_healthy = false;
    /// When it becomes unhealthy again, for good.
    std::optional<std::chrono::nanoseconds> unhealthy_after;
    std::optional<FakeFlapping> flapping;
    /// The image brings a healthcheck of its own.
    bool image_healthcheck = false;
    /// What the probes print.
    std::string probe_output;
    /// When the process ends by itself; absent: never.
    std::optional<std::chrono::nanoseconds> exit_after;
    /// Only the first so many runs end by themselves; absent: all.
    std::optional<int> exit_times;
    /// Absent: 0, or 137 with `oom`.
    std::optional<int> exit_code;
    /// It ends because it was out of memory.
    bool oom = false;
    /// Only a kill ends it.
    bool ignore_stop_signal = false;
    /// How long the process takes to end after its stop signal.
    std::chrono::nanoseconds stop_takes{0};
    /// With which code it ends after its stop signal; absent: 128 + the signal's number.
    std::optional<int> stop_exit_code;
    std::vector<FakeLogLine> logs;
    /// Calls are counted per service.
    std::vector<FakeFailure> failures;

    bool operator==(const FakeServiceScript&) const = default;
};

enum class FakeClock {
    /// Time passes as outside.
    real,
    /// Time stands still but for jumps to the next scripted moment, when nobody could do anything
    /// before it.
    virtual_time,
};

/// What becomes of the containers when the engine is lost.
enum class FakeLossMode {
    /// They run on, unobserved: the engine cannot be reached, that is all.
    containers_run_on,
    /// They die with it; on its return those with a restart policy are started again.
    containers_die,
};

/// The engine goes away and comes back. Times count from the creation of the runtime.
struct FakeLoss {
    std::chrono::nanoseconds after{0};
    /// Absent: it does not come back by itself.
    std::optional<std::chrono::nanoseconds> lasts;
    FakeLossMode mode = FakeLossMode::containers_run_on;

    bool operator==(const FakeLoss&) const = default;
};

/// The engine as a whole.
struct FakeEngineScript {
    FakeClock clock = FakeClock::real;
    /// What each operation takes.
    std::chrono::nanoseconds latency{0};
    /// Images that are there; absent: all.
    std::optional<std::vector<std::string>> images;
    /// Images that can be pulled; absent: all.
    std::optional<std::vector<std::string>> registry;
    /// Networks and volumes that are there and are not fairlead's, by their engine's name.
    std::vector<std::string> networks;
    std::vector<std::string> volumes;
    /// By service; `*` is for every service without an entry of its own.
    std::map<std::string, FakeServiceScript, std::less<>> services;
    /// Calls are counted over the whole engine.
    std::vector<FakeFailure> failures;
    std::vector<FakeLoss> losses;

    bool operator==(const FakeEngineScript&) const = default;
};

} // namespace fairlead::testing
