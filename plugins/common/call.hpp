// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <utility>

#include <fairlead/error.hpp>

namespace fairlead::plugin {

using Clock = std::chrono::steady_clock;

inline constexpr Clock::time_point no_deadline = Clock::time_point::max();

/// The moment `duration` from now; a duration beyond the clock's range never comes to pass.
[[nodiscard]] inline Clock::time_point deadline_in(std::chrono::milliseconds duration) {
    const Clock::time_point now = Clock::now();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(no_deadline - now);
    return duration >= left ? no_deadline : now + duration;
}

/// On whose behalf the engine is asked: what errors name, and who may cancel.
struct Call {
    std::string operation;
    std::string subject;
    std::stop_token stop{};
    /// When the caller wants to hear no more, whatever the engine is given otherwise. Docker's requests
    /// heed it; what podman does ends by `stop` alone.
    Clock::time_point deadline = no_deadline;

    [[nodiscard]] Error error(Errc code, std::string message, std::string hint = {}) const {
        return {.code = code,
                .operation = operation,
                .subject = subject,
                .message = std::move(message),
                .hint = std::move(hint)};
    }

    [[nodiscard]] std::unexpected<Error> failed(Errc code, std::string message,
                                                std::string hint = {}) const {
        return std::unexpected<Error>(error(code, std::move(message), std::move(hint)));
    }

    [[nodiscard]] std::unexpected<Error> cancelled() const {
        return failed(Errc::cancelled, "it was cancelled");
    }

    /// The same caller, doing something that belongs to it.
    [[nodiscard]] Call part(std::string what, std::string on) const {
        return {
            .operation = std::move(what), .subject = std::move(on), .stop = stop, .deadline = deadline};
    }

    /// The same work, when nobody can cancel it: undoing what was done.
    [[nodiscard]] Call uncancellable() const { return {.operation = operation, .subject = subject}; }
};

} // namespace fairlead::plugin
