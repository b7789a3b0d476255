// SPDX-License-Identifier: MIT
#include "health_waiter.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <fairlead/time.hpp>

#include "common/pause.hpp"
#include "common_names.hpp"

namespace fairlead::podman {
namespace {

constexpr std::chrono::milliseconds first_pause{25};
constexpr std::chrono::milliseconds longest_pause{500};
constexpr std::chrono::seconds default_interval{30};
constexpr int attached_lines = 20;
/// Of podman's events by one wait.
constexpr int most_openings = 20;

std::chrono::milliseconds left_until(Clock::time_point deadline) {
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()));
}

} // namespace

struct HealthWaiter::Wait {
    Call call;
    std::string id;
    Clock::time_point deadline;
    Inspection now;
    std::string output;
};

Error HealthWaiter::exited(Wait& wait) {
    Error error = wait.call.error(Errc::exited, fmt::format("the container exited with code {}",
                                                            wait.now.status.exit_code.value_or(-1)));
    if (wait.now.status.oom_killed) {
        error.hint = "It was killed for want of memory; raise its memory limit.";
    }
    if (Result<std::string> lines = containers_.last_lines(wait.call, wait.id, attached_lines); lines) {
        error.attachments.push_back({.title = "last log lines", .text = std::move(*lines)});
    }
    return error;
}

Error HealthWaiter::too_late(const Wait& wait) {
    Error error = wait.call.error(Errc::timeout, "it did not become healthy in time",
                                  "See what its check says, or give it more time.");
    const std::string& output = wait.output.empty() ? wait.now.status.health_output : wait.output;
    if (!output.empty()) {
        error.attachments.push_back({.title = "last probe", .text = output});
    }
    return error;
}

Result<bool> HealthWaiter::look(Wait& wait) {
    Result<Inspection> inspection = containers_.inspect(wait.call, wait.id);
    if (!inspection) {
        return std::unexpected(std::move(inspection.error()));
    }
    wait.now = std::move(*inspection);
    memory_.apply(wait.now.status, wait.now.started);
    switch (wait.now.status.state) {
    case ContainerState::running:
    case ContainerState::healthy:
        return true;
    case ContainerState::stopped:
        return std::unexpected(exited(wait));
    case ContainerState::starting:
    case ContainerState::unhealthy:
        break;
    }
    return false;
}

Result<bool> HealthWaiter::probe_once(Wait& wait) {
    Result<HealthProbe::Finding> finding = probe_.look(wait.call, wait.now, wait.deadline);
    if (!finding) {
        return std::unexpected(std::move(finding.error()));
    }
    if (finding->passed) {
        memory_.remember(wait.now.status.id, wait.now.started, finding->output);
        // Podman shall know as well, for those who ask it from another process; nobody waits for that.
        cleaner_.later([this, id = wait.id] {
            static_cast<void>(probe_.record({.operation = "record health of", .subject = id}, id));
        });
        return true;
    }
    // A probe that the wait's own end has cut short says less than the one before.
    if (wait.output.empty() || Clock::now() < wait.deadline) {
        wait.output = std::move(finding->output);
    }
    return finding->not_run ? look(wait) : Result<bool>(false);
}

Result<void> HealthWaiter::wait_eagerly(Wait& wait) {
    for (auto next = first_pause;; next = std::min(next * 2, longest_pause)) {
        if (wait.now.running && wait.now.status.has_healthcheck) {
            const Result<bool> healthy = probe_once(wait);
            if (!healthy || *healthy) {
                return healthy ? Result<void>{} : std::unexpected(healthy.error());
            }
        }
        if (Clock::now() >= wait.deadline) {
            return std::unexpected(too_late(wait));
        }
        if (!pause(std::min(next, left_until(wait.deadline)), wait.call.stop)) {
            return wait.call.cancelled();
        }
        if (!wait.now.running) {
            // Created and about to be started by somebody.
            const Result<bool> there = look(wait);
            if (!there || *there) {
                return there ? Result<void>{} : std::unexpected(there.error());
            }
        }
    }
}

/// Leaves it to podman, which tells of every check and of the end; without systemd its checks are run
/// here at the interval it was given.
Result<void> HealthWaiter::wait_for_engine(Wait& wait) {
    const Command command{.arguments = {"events", "--format=json",
                                        "--since=" + format_timestamp(std::chrono::system_clock::now()),
                                        "--filter=container=" + wait.id, "--filter=event=health_status",
                                        "--filter=event=died", "--filter=event=start"},
                          .dies_with_us = true};
    std::optional<Process> events;
    int openings = 0;
    const bool ours = !engine_.has_health_timers();
    const auto interval = std::chrono::ceil<std::chrono::milliseconds>(
        wait.now.health_interval.count() > 0 ? wait.now.health_interval : default_interval);
    Clock::time_point probe_at = ours ? deadline_in(interval) : no_deadline;
    for (;;) {
        if (!events) {
            Result<Process> opened = engine_.open(wait.call, command);
            if (!opened) {
                return std::unexpected(std::move(opened.error()));
            }
            events.emplace(std::move(*opened));
            ++openings;
        }
        const Result<bool> healthy = look(wait);
        if (!healthy || *healthy) {
            return healthy ? Result<void>{} : std::unexpected(healthy.error());
        }
        const Result<std::optional<Piece>> piece =
            events->next(wait.call, std::min(wait.deadline, probe_at));
        if (piece && !*piece) {
            // They end whenever podman shortens its log.
            if (events->ending().code == 0 && openings < most_openings) {
                events.reset();
                continue;
            }
            return wait.call.failed(Errc::unavailable, "podman's events ended",
                                    "See whether podman's events_logger is 'none'.");
        }
        if (!piece && piece.error().code != Errc::timeout) {
            return std::unexpected(piece.error());
        }
        if (Clock::now() >= wait.deadline) {
            return std::unexpected(too_late(wait));
        }
        if (Clock::now() >= probe_at) {
            if (Result<void> recorded = probe_.record(wait.call, wait.id); !recorded) {
                return recorded;
            }
            probe_at = deadline_in(interval);
        }
    }
}

Result<void> HealthWaiter::wait(const Call& call, const std::string& id,
                                std::chrono::milliseconds timeout) {
    Wait wait{.call = call, .id = id, .deadline = deadline_in(timeout), .now = {}, .output = {}};
    const Result<bool> healthy = look(wait);
    if (!healthy || *healthy) {
        return healthy ? Result<void>{} : std::unexpected(healthy.error());
    }
    return wait.now.pace == HealthPace::engine && wait.now.running ? wait_for_engine(wait)
                                                                   : wait_eagerly(wait);
}

} // namespace fairlead::podman
