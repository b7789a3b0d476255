// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <utility>

#include <fairlead/error.hpp>

namespace fairlead::docker {

using Clock = std::chrono::steady_clock;

inline constexpr Clock::time_point no_deadline = Clock::time_point::max();

/// The moment `duration` from now; a duration beyond the clock's range never comes to pass.
[[nodiscard]] inline Clock::time_point deadline_in(std::chrono::milliseconds duration) {
    const Clock::time_point now = Clock::now();
    return duration >= no_deadline - now ? no_deadline : now + duration;
}

/// On whose behalf the engine is asked: what errors name, and who may cancel.
struct Call {
    std::string operation;
    std::string subject;
    std::stop_token stop{};
    /// When the caller wants to hear no more, whatever the engine is given otherwise.
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

    /// The same caller, doing something that belongs to it.
    [[nodiscard]] Call part(std::string what, std::string on) const {
        return {
            .operation = std::move(what), .subject = std::move(on), .stop = stop, .deadline = deadline};
    }
};

} // namespace fairlead::docker
