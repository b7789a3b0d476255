// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <fairlead/event_stream.hpp>
#include <fairlead/runtime.hpp>

#include "guard.hpp"
#include "pause.hpp"

namespace fairlead {
namespace {

Error cancelled(const std::string& project) {
    return {.code = Errc::cancelled, .operation = "watch", .subject = project, .message = "cancelled"};
}

ContainerEvent event_of(ContainerEventKind kind, const ContainerStatus& status) {
    ContainerEvent event{.kind = kind,
                         .id = status.id,
                         .name = status.name,
                         .service = status.service,
                         .time = std::chrono::system_clock::now(),
                         .resynchronised = true};
    if (kind == ContainerEventKind::started && status.started_at) {
        event.time = *status.started_at;
    }
    if (kind == ContainerEventKind::exited) {
        event.exit_code = status.exit_code;
        event.time = status.finished_at.value_or(event.time);
    }
    return event;
}

/// What must have happened for `before` to have become `after`; `before` is null for a new container.
void append_changes(std::deque<ContainerEvent>& events, const ContainerStatus* before,
                    const ContainerStatus& after) {
    // Later, not different: what an event told carries the event's time, a little after the start.
    const bool started = after.started_at && (!before || after.started_at > before->started_at);
    const bool was_stopped = before && before->state == ContainerState::stopped;
    if (started) {
        events.push_back(event_of(ContainerEventKind::started, after));
    }
    const bool changed = started || !before || before->state != after.state;
    if (!changed) {
        return;
    }
    if (after.state == ContainerState::healthy) {
        events.push_back(event_of(ContainerEventKind::healthy, after));
    } else if (after.state == ContainerState::unhealthy) {
        events.push_back(event_of(ContainerEventKind::unhealthy, after));
    } else if (after.state == ContainerState::stopped && (started || !was_stopped)) {
        events.push_back(event_of(ContainerEventKind::exited, after));
    }
}

} // namespace

EventSource::~EventSource() = default;

EventStream::EventStream(ContainerRuntime& runtime, std::string project,
                         std::unique_ptr<EventSource> source)
    : runtime_(&runtime), project_(std::move(project)), source_(std::move(source)) {}

EventStream::EventStream(EventStream&&) noexcept = default;
EventStream& EventStream::operator=(EventStream&&) noexcept = default;
EventStream::~EventStream() = default;

Result<void> EventStream::open(std::stop_token stop) {
    if (auto connected = guarded("watch", project_, [&] { return source_->connect(stop); }); !connected) {
        return connected;
    }
    auto now = runtime_->list(project_, stop);
    if (!now) {
        return std::unexpected(std::move(now.error()));
    }
    for (ContainerStatus& status : *now) {
        known_.insert_or_assign(status.id, std::move(status));
    }
    return {};
}

Result<ContainerEvent> EventStream::next(std::stop_token stop) {
    for (;;) {
        if (!pending_.empty()) {
            ContainerEvent event = std::move(pending_.front());
            pending_.pop_front();
            return event;
        }
        if (lost_) {
            if (auto back = reconnect(stop); !back) {
                return std::unexpected(std::move(back.error()));
            }
            continue;
        }
        auto event = guarded("watch", project_, [&] { return source_->next(stop); });
        if (event) {
            remember(*event);
        } else if (event.error().code != Errc::cancelled) {
            lost_ = true;
        }
        return event;
    }
}

Result<void> EventStream::reconnect(std::stop_token stop) {
    for (auto wait = first_pause;; wait = std::min(wait * 2, longest_pause)) {
        auto connected = guarded("watch", project_, [&] { return source_->connect(stop); });
        if (connected) {
            // Subscribed first, listed second: what happens between the two is told twice, not lost.
            if (auto now = runtime_->list(project_, stop)) {
                lost_ = false;
                resynchronise(*now);
                return {};
            }
        }
        if (!pause(wait, stop)) {
            return fail(cancelled(project_));
        }
    }
}

void EventStream::resynchronise(const std::vector<ContainerStatus>& now) {
    std::map<ContainerId, ContainerStatus> current;
    for (const ContainerStatus& status : now) {
        current.emplace(status.id, status);
    }
    pending_.push_back({.kind = ContainerEventKind::reconnected,
                        .time = std::chrono::system_clock::now(),
                        .exit_code = {},
                        .resynchronised = true});
    for (const auto& [id, status] : known_) {
        if (!current.contains(id)) {
            pending_.push_back(event_of(ContainerEventKind::removed, status));
        }
    }
    for (const auto& [id, status] : current) {
        const auto before = known_.find(id);
        append_changes(pending_, before == known_.end() ? nullptr : &before->second, status);
    }
    known_ = std::move(current);
}

void EventStream::remember(const ContainerEvent& event) {
    if (event.kind == ContainerEventKind::removed) {
        known_.erase(event.id);
        return;
    }
    ContainerStatus& status = known_[event.id];
    status.id = event.id;
    status.name = event.name;
    status.service = event.service;
    switch (event.kind) {
    case ContainerEventKind::started:
        status.state = ContainerState::running;
        status.started_at = event.time;
        break;
    case ContainerEventKind::healthy:
        status.state = ContainerState::healthy;
        break;
    case ContainerEventKind::unhealthy:
        status.state = ContainerState::unhealthy;
        break;
    case ContainerEventKind::exited:
        status.state = ContainerState::stopped;
        status.exit_code = event.exit_code;
        break;
    case ContainerEventKind::removed:
    case ContainerEventKind::reconnected:
        break;
    }
}

} // namespace fairlead
