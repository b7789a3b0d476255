// SPDX-License-Identifier: MIT
#include "podman_events.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <fairlead/labels.hpp>
#include <fairlead/time.hpp>

#include "engine_error.hpp"

namespace fairlead::podman {
namespace {

/// A podman that ends sooner, so many times on end, does not read a log.
constexpr std::chrono::milliseconds short_reading{500};
constexpr int most_short_readings = 5;

} // namespace

void PodmanEvents::Inbox::push(ContainerEvent event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all();
}

void PodmanEvents::Inbox::close(Error error) {
    const std::lock_guard lock(mutex_);
    closed_ = std::move(error);
    changed_.notify_all();
}

Result<ContainerEvent> PodmanEvents::Inbox::take(const Call& call) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, call.stop, [this] { return !events_.empty() || closed_; })) {
        return call.cancelled();
    }
    if (events_.empty()) {
        return std::unexpected(*closed_);
    }
    ContainerEvent event = std::move(events_.front());
    events_.pop_front();
    return event;
}

PodmanEvents::PodmanEvents(Engine& engine, Containers& containers, HealthProbe& probe,
                           HealthMemory& memory, std::string project)
    : engine_(engine), containers_(containers), probe_(probe), memory_(memory),
      project_(std::move(project)) {}

PodmanEvents::~PodmanEvents() = default;

PodmanEvents::Subscription::~Subscription() {
    // The reader may be waiting for what the supervisor is doing.
    if (health) {
        health->request_end();
    }
}

Result<Process> PodmanEvents::open(const Call& call, Timestamp since) {
    Command command{.arguments = {"events", "--format=json", "--since=" + format_timestamp(since),
                                  fmt::format("--filter=label={}={}", labels::project, project_)},
                    .dies_with_us = true};
    // Everything that is executed in a container is an event as well, every check for one.
    for (const char* kind : {"start", "died", "remove", "health_status"}) {
        command.arguments.push_back(fmt::format("--filter=event={}", kind));
    }
    return engine_.open(call, std::move(command));
}

Result<void> PodmanEvents::connect(std::stop_token stop) {
    const Call call{.operation = "watch", .subject = project_, .stop = std::move(stop)};
    subscription_.reset();
    const Timestamp since = std::chrono::system_clock::now();
    Result<Process> process = open(call, since);
    if (!process) {
        return std::unexpected(std::move(process.error()));
    }
    subscription_ = std::make_unique<Subscription>();
    Subscription& subscription = *subscription_;
    subscription.health = std::make_unique<HealthSupervisor>(
        engine_, containers_, probe_, memory_, project_,
        [&subscription](ContainerEvent event) { subscription.inbox.push(std::move(event)); });
    subscription.reader = std::jthread([this, &subscription, since, running = std::move(*process)](
                                           const std::stop_token& ending) mutable {
        read(subscription, std::move(running), since, ending);
    });
    return {};
}

Result<ContainerEvent> PodmanEvents::next(std::stop_token stop) {
    const Call call{.operation = "watch", .subject = project_, .stop = std::move(stop)};
    if (!subscription_) {
        return call.failed(Errc::unavailable, "there is no subscription");
    }
    return subscription_->inbox.take(call);
}

void PodmanEvents::read(Subscription& subscription, Process first, Timestamp since,
                        const std::stop_token& stop) {
    const Call call{.operation = "watch", .subject = project_, .stop = stop};
    subscription.health->begin();
    std::optional<Process> process(std::move(first));
    for (int short_readings = 0;; ++short_readings) {
        const auto begin = Clock::now();
        Timestamp latest = since;
        const Result<Finished> finished = read_all(subscription, call, *process, since, latest);
        if (!finished) {
            return;
        }
        Error error = engine_error(call, *finished);
        error.code = Errc::unavailable;
        if (finished->ending.code == 0) {
            error.message = "podman's events ended";
            // Its own log has grown long, so podman has shortened it; what came last is still in it.
            short_readings = Clock::now() - begin < short_reading ? short_readings : 0;
            if (short_readings < most_short_readings) {
                since = latest + std::chrono::nanoseconds(1);
                if (Result<Process> next = open(call, since); next) {
                    process.emplace(std::move(*next));
                    continue;
                }
            }
        }
        subscription.inbox.close(std::move(error));
        return;
    }
}

/// Reads one podman to its end. `latest` is the time of the latest event.
Result<Finished> PodmanEvents::read_all(Subscription& subscription, const Call& call, Process& process,
                                        Timestamp since, Timestamp& latest) {
    std::string out;
    Finished finished;
    for (;;) {
        const Result<std::optional<Piece>> piece = process.next(call);
        if (!piece) {
            return std::unexpected(piece.error());
        }
        if (!*piece) {
            finished.ending = process.ending();
            return finished;
        }
        std::string& text = (*piece)->from_stderr ? finished.err : out;
        text += (*piece)->bytes;
        for (auto end = out.find('\n'); end != std::string::npos; end = out.find('\n')) {
            if (const auto event = read_event(std::string_view(out).substr(0, end));
                event && event->time >= since) {
                latest = std::max(latest, event->time);
                handle(subscription, *event);
            }
            out.erase(0, end + 1);
        }
    }
}

void PodmanEvents::handle(Subscription& subscription, const EngineEvent& event) {
    if (event.kind == "health_status") {
        // 4.3 tells the health from before the check.
        subscription.health->checked(event.id);
        return;
    }
    const std::optional<ContainerEventKind> kind = contract_kind(event);
    if (!kind) {
        return;
    }
    subscription.inbox.push(
        {.kind = *kind,
         .id = event.id,
         .name = event.name,
         .service = event.service,
         .time = event.time,
         .exit_code = *kind == ContainerEventKind::exited ? std::optional(event.exit_code) : std::nullopt,
         .resynchronised = false});
    if (*kind == ContainerEventKind::started) {
        subscription.health->started(event.id);
    } else {
        subscription.health->ended(event.id);
    }
}

} // namespace fairlead::podman
