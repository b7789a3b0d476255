// SPDX-License-Identifier: MIT
#include "supervision.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "pause.hpp"

namespace fairlead {

Supervision::Supervision(ContainerRuntime& runtime, const std::string& project, const LifecyclePlan& plan,
                         ServiceBoard& board)
    : runtime_(runtime), project_(project), board_(board) {
    for (std::size_t i = 0; i < plan.services().size(); ++i) {
        index_.emplace(plan.services()[i].container.service, i);
    }
}

Result<void> Supervision::run(const std::stop_token& stop,
                              const std::function<bool(std::size_t)>& ended) {
    ended_ = ended;
    auto events = watch(stop);
    if (!events) {
        // Whether it had come to watch already when it was asked to end makes no difference.
        const bool ended_early = events.error().code == Errc::cancelled;
        return ended_early ? Result<void>{} : std::unexpected(std::move(events.error()));
    }
    const std::jthread listener([&](const std::stop_token& end) { listen(*events, end); });
    look_at_all(stop);
    while (!over_ && board_.any_active()) {
        const auto message = mailbox_.take(stop);
        if (!message) {
            break;
        }
        if (const auto* event = std::get_if<Result<ContainerEvent>>(&*message)) {
            handle(*event, stop);
        } else {
            look_at_all(stop);
        }
    }
    return {};
}

/// An engine that is lost between the start and the first look is as lost as one later.
Result<EventStream> Supervision::watch(const std::stop_token& stop) {
    auto wait = first_pause;
    for (bool lost = false;; lost = true, wait = std::min(wait * 2, longest_pause)) {
        auto events = runtime_.watch(project_, stop);
        if (events || events.error().code != Errc::unavailable) {
            if (events && lost) {
                board_.note_engine("the engine is back");
            }
            return events;
        }
        if (!lost) {
            board_.note_engine("the engine is lost; waiting for it", events.error());
        }
        if (!pause(wait, stop)) {
            return fail({.code = Errc::cancelled,
                         .operation = "watch",
                         .subject = project_,
                         .message = "cancelled"});
        }
    }
}

void Supervision::listen(EventStream& events, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        mailbox_.post(events.next(stop));
    }
}

void Supervision::handle(const Result<ContainerEvent>& event, const std::stop_token& stop) {
    if (event && event->kind == ContainerEventKind::reconnected) {
        board_.note_engine("the engine is back");
        // What changed meanwhile follows, but what an operation left half done does not.
        look_at_all(stop);
    } else if (event) {
        look_at(*event, stop);
    } else if (event.error().code != Errc::cancelled) {
        board_.note_engine("the engine is lost; waiting for it", event.error());
    }
}

/// The engine's events say that something happened; what is so now, only a look can tell.
void Supervision::look_at(const ContainerEvent& event, const std::stop_token& stop) {
    const auto found = index_.find(event.service);
    if (found == index_.end()) {
        return;
    }
    if (event.kind == ContainerEventKind::removed) {
        board_.observe_gone(found->second, event.id, "its container was removed");
        return;
    }
    const auto status = runtime_.inspect(event.id, stop);
    if (status) {
        observe(found->second, *status, event.kind == ContainerEventKind::started);
        return;
    }
    // One that is gone will be told of, and after a loss of the engine all are looked at.
    const Errc code = status.error().code;
    if (code != Errc::not_found && code != Errc::unavailable && code != Errc::cancelled) {
        board_.note(found->second, fmt::format("{}, but could not be looked at", to_string(event.kind)),
                    status.error());
    }
}

void Supervision::look_at_all(const std::stop_token& stop) {
    const auto containers = runtime_.list(project_, stop);
    if (!containers) {
        return;
    }
    std::vector<bool> seen(index_.size(), false);
    for (const ContainerStatus& container : *containers) {
        if (const auto found = index_.find(container.service); found != index_.end()) {
            seen[found->second] = true;
            observe(found->second, container, false);
        }
    }
    for (std::size_t i = 0; i < seen.size(); ++i) {
        if (!seen[i]) {
            board_.observe_gone(i, {}, "its container is gone");
        }
    }
}

void Supervision::observe(std::size_t service, const ContainerStatus& status, bool restarted) {
    if (board_.observe(service, status, restarted) && ended_ && ended_(service)) {
        over_ = true;
    }
}

} // namespace fairlead
