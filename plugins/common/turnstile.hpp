// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace fairlead::plugin {

/// Lets at most so many through at once, in the order of arrival; waiting can be cancelled, which a mutex
/// does not allow.
/// Threads: any number. It must outlive its turns.
class Turnstile {
public:
    /// A place inside, given back when it goes out of scope.
    class Turn {
    public:
        explicit Turn(Turnstile& turnstile) : turnstile_(&turnstile) {}
        Turn(Turn&& other) noexcept : turnstile_(std::exchange(other.turnstile_, nullptr)) {}
        Turn& operator=(Turn&&) = delete;
        ~Turn();

    private:
        Turnstile* turnstile_;
    };

    explicit Turnstile(std::size_t places) : free_(places) {}

    /// Blocks until there is a place; nothing when `stop` was asked for.
    [[nodiscard]] std::optional<Turn> enter(const std::stop_token& stop);

private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::size_t free_;
    std::list<int> queue_;
};

} // namespace fairlead::plugin
