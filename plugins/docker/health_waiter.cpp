// SPDX-License-Identifier: MIT
#include "health_waiter.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include <fairlead/labels.hpp>
#include <fairlead/runtime.hpp>
#include <fairlead/time.hpp>

#include "docker_logs.hpp"

namespace fairlead::docker {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{25};
constexpr milliseconds longest_pause{500};
constexpr milliseconds last_look{1000};
/// A check that hangs leaves its process behind in the container, so it is not started for ever.
constexpr int hung_probes_allowed = 3;
constexpr std::uint64_t last_lines = 20;

bool wants_own_probes(const Inspection& container) {
    const auto label = container.status.labels.find(std::string(labels::health));
    return label == container.status.labels.end() || label->second != "engine";
}

/// A stop token that both may trigger.
class Either {
public:
    Either(const std::stop_token& first, const std::stop_token& second)
        : first_(first, Trigger{source_}), second_(second, Trigger{source_}) {}

    [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

private:
    struct Trigger {
        std::stop_source source;
        void operator()() { source.request_stop(); }
    };

    std::stop_source source_;
    std::stop_callback<Trigger> first_;
    std::stop_callback<Trigger> second_;
};

} // namespace

/// One call of `wait`.
struct HealthWaiter::Attempt {
    const Call& call;
    const std::string& id;
    EventHub::Subscription& news;
    milliseconds timeout;
    Clock::time_point deadline;
    /// When the next probe of our own is due; never, once there have been too many that hang.
    Clock::time_point next_probe = Clock::now();
    milliseconds pause = first_pause;
    int hung_probes = 0;
    std::string last_output{};
};

Result<void> HealthWaiter::wait(const Call& caller, const std::string& id, milliseconds timeout) {
    const std::unique_ptr<EventHub::Subscription> news = hub_.subscribe(id);
    const Clock::time_point deadline = timeout == no_timeout ? no_deadline : deadline_in(timeout);
    Call call = caller;
    if (deadline != no_deadline) {
        // A single look is always allowed; an engine that hangs does not hold the caller longer.
        call.deadline = deadline + last_look;
    }
    Attempt attempt{.call = call, .id = id, .news = *news, .timeout = timeout, .deadline = deadline};
    const auto failed = [&](const Error& error) {
        return std::unexpected(error.code == Errc::timeout ? timed_out(attempt) : error);
    };
    for (;;) {
        // Subscribed before it looks: what happens after the look is news.
        news->clear();
        if (Result<void> connected = hub_.ensure_connected(call); !connected) {
            return failed(connected.error());
        }
        const Result<Step> step = look(attempt);
        if (!step) {
            return failed(step.error());
        }
        if (*step == Step::healthy) {
            return {};
        }
        if (Clock::now() >= attempt.deadline) {
            return std::unexpected(timed_out(attempt));
        }
        news->wait(call.stop, std::min(attempt.deadline, attempt.next_probe));
        if (call.stop.stop_requested()) {
            return call.failed(Errc::cancelled, "it was cancelled");
        }
    }
}

Result<HealthWaiter::Step> HealthWaiter::look(Attempt& attempt) {
    Result<Inspection> container = containers_.inspect(attempt.call, attempt.id);
    if (!container) {
        return std::unexpected(std::move(container.error()));
    }
    memory_.apply(container->status, container->started);
    if (!container->status.health_output.empty()) {
        attempt.last_output = container->status.health_output;
    }
    switch (container->status.state) {
    case ContainerState::running:
    case ContainerState::healthy:
        return Step::healthy;
    case ContainerState::stopped:
        return std::unexpected(ended(attempt, *container));
    case ContainerState::starting:
    case ContainerState::unhealthy:
        break;
    }
    const bool due = container->running && wants_own_probes(*container);
    if (!due) {
        attempt.next_probe = no_deadline;
        return Step::keep_waiting;
    }
    if (attempt.next_probe == no_deadline && attempt.hung_probes < hung_probes_allowed) {
        // It runs (again).
        attempt.next_probe = Clock::now();
    }
    return Clock::now() >= attempt.next_probe ? probe(attempt, *container) : Step::keep_waiting;
}

Result<HealthWaiter::Step> HealthWaiter::probe(Attempt& attempt, const Inspection& container) {
    const Either stop(attempt.call.stop, attempt.news.interrupted());
    const Call call{.operation = "probe",
                    .subject = container.status.name,
                    .stop = stop.token(),
                    .deadline = attempt.call.deadline};
    Result<ProbeResult> result = probe_.run(call, container, attempt.deadline);
    attempt.next_probe = Clock::now() + attempt.pause;
    attempt.pause = std::min(attempt.pause * 3 / 2, longest_pause);
    if (!result) {
        const Errc code = result.error().code;
        // Interrupted by news, or by the end of the time: the caller looks again and sees which.
        if (code == Errc::cancelled || code == Errc::timeout) {
            return Step::keep_waiting;
        }
        return std::unexpected(std::move(result.error()));
    }
    switch (result->verdict) {
    case ProbeResult::Verdict::passed:
        memory_.remember(container.status.id, container.started, std::move(result->output));
        return Step::healthy;
    case ProbeResult::Verdict::timed_out:
        if (++attempt.hung_probes >= hung_probes_allowed) {
            attempt.next_probe = no_deadline;
        }
        [[fallthrough]];
    case ProbeResult::Verdict::failed:
        attempt.last_output = std::move(result->output);
        break;
    case ProbeResult::Verdict::not_running:
        break;
    }
    return Step::keep_waiting;
}

Error HealthWaiter::ended(const Attempt& attempt, const Inspection& container) {
    const ContainerStatus& status = container.status;
    std::string message =
        fmt::format("it exited with code {} before it was {}", status.exit_code.value_or(0),
                    status.has_healthcheck ? "healthy" : "running");
    if (status.oom_killed) {
        message += ": the kernel killed it for want of memory";
    }
    Error error = attempt.call.error(Errc::exited, std::move(message));
    error.subject = status.name;
    if (status.oom_killed) {
        error.hint = "Raise the memory limit.";
    }
    error.attachments.push_back(
        {.title = "last log lines",
         .text = last_log_lines(attempt.call, engine_, containers_, hub_, attempt.id, last_lines)});
    return error;
}

Error HealthWaiter::timed_out(const Attempt& attempt) const {
    Error error = attempt.call.error(
        Errc::timeout, fmt::format("it was not healthy within {}", format_duration(attempt.timeout)));
    if (!attempt.last_output.empty()) {
        error.attachments.push_back({.title = "last health probe", .text = attempt.last_output});
    }
    return error;
}

} // namespace fairlead::docker
