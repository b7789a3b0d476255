// SPDX-License-Identifier: MIT
#include "progress_printer.hpp"

#include <chrono>

#include <fmt/format.h>

namespace fairlead::host {

void ProgressPrinter::print(const EventSubscription::Item& item) {
    const LifecycleEvent& event = item.event;
    if (item.dropped > 0) {
        err_.line(fmt::format("({} messages dropped)", item.dropped));
    }
    if (event.service.empty()) {
        err_.line(event.message);
        return;
    }
    const std::string text = describe(event);
    // Nothing to say, or said already: progress may come many times a second.
    if (text.empty() || last_[event.service] == text) {
        return;
    }
    last_[event.service] = text;
    err_.line(fmt::format("{:<{}}  {}", event.service, width_, text));
}

std::string ProgressPrinter::describe(const LifecycleEvent& event) {
    const auto with_message = [&event](std::string_view state) {
        return event.message.empty() ? std::string(state) : fmt::format("{}: {}", state, event.message);
    };
    const auto elapsed = [&]() -> std::string {
        if (!started_.contains(event.service)) {
            return "";
        }
        const std::chrono::duration<double> seconds = event.time - started_[event.service];
        return fmt::format(" after {:.2f} s", seconds.count());
    };
    switch (event.state) {
    case ServiceState::pending:
        return "";
    case ServiceState::starting:
        started_.try_emplace(event.service, event.time);
        return with_message("starting");
    case ServiceState::waiting: {
        std::string text = with_message("started" + elapsed());
        // An image may have had to be built or pulled; health is counted from here.
        started_[event.service] = event.time;
        return text;
    }
    case ServiceState::running:
        return with_message("running" + elapsed());
    case ServiceState::healthy:
        return with_message("healthy" + elapsed());
    case ServiceState::unhealthy:
        return with_message("unhealthy");
    case ServiceState::completed:
        return with_message("completed");
    case ServiceState::failed:
        return with_message("failed");
    case ServiceState::stopping:
        started_.try_emplace(event.service, event.time);
        return with_message("stopping");
    case ServiceState::stopped:
        // One that never came as far as starting has nothing to take back.
        return started_.contains(event.service) ? with_message("removed") : "";
    }
    return "";
}

} // namespace fairlead::host
