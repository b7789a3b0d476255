// SPDX-License-Identifier: MIT
#include "narrator.hpp"

#include <algorithm>
#include <utility>

#include "json_output.hpp"
#include "progress_printer.hpp"

namespace fairlead::host {

Narrator::Narrator(Context& context, const LifecycleManager& manager, Listener listener)
    : context_(context), manager_(manager), listener_(std::move(listener)),
      thread_([this](const std::stop_token& stop) { narrate(stop); }) {}

void Narrator::finish() {
    thread_.request_stop();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void Narrator::narrate(const std::stop_token& stop) {
    ProgressPrinter progress(context_.err(), longest_name(manager_));
    auto events = manager_.subscribe();
    while (auto item = events.next(stop)) {
        if (context_.json()) {
            context_.out().line(json_of(*item));
        } else {
            progress.print(*item);
        }
        if (listener_) {
            listener_(item->event);
        }
    }
}

std::size_t longest_name(const LifecycleManager& manager) {
    std::size_t width = 0;
    for (const ServiceView& view : manager.snapshot()) {
        width = std::max(width, view.service.size());
    }
    return width;
}

} // namespace fairlead::host
