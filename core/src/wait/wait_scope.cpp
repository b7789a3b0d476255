// SPDX-License-Identifier: MIT
#include "wait_scope.hpp"

#include <algorithm>
#include <utility>

#include <fairlead/runtime.hpp>

#include "../pause.hpp"

namespace fairlead {

WaitScope::WaitScope(std::chrono::milliseconds timeout, std::stop_token caller)
    : timeout_(timeout), caller_(std::move(caller)), on_cancel_(caller_, [this] { end(); }) {
    // Later than anybody waits; a clock cannot be asked for the end of time.
    constexpr std::chrono::hours never{24 * 365};
    if (timeout_ < never) {
        timer_ = std::jthread([this](const std::stop_token& stop) {
            if (pause(timeout_, stop)) {
                end();
            }
        });
    }
}

std::chrono::milliseconds WaitScope::left() const {
    if (timeout_ == no_timeout) {
        return no_timeout;
    }
    const auto passed =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin_);
    return std::max(timeout_ - passed, std::chrono::milliseconds::zero());
}

} // namespace fairlead
