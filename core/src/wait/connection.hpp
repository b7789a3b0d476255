// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include <fairlead/endpoint.hpp>

#include "../descriptor.hpp"

namespace fairlead {

/// A TCP connection whose every wait ends when `stop` is asked for or its time is over. What goes wrong
/// is told in words, for a person.
class Connection {
public:
    using Clock = std::chrono::steady_clock;
    template <class T>
    using Outcome = std::expected<T, std::string>;

    Connection(const std::stop_token& stop, Clock::time_point deadline);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() = default;

    [[nodiscard]] Outcome<void> connect(const Endpoint& endpoint);
    [[nodiscard]] Outcome<void> send(std::string_view text);

    /// Blocks until there is something; 0: the peer has closed.
    [[nodiscard]] Outcome<std::size_t> receive(std::span<char> buffer);

    /// Whether the peer sends or closes within this time.
    [[nodiscard]] Outcome<bool> stirs_within(std::chrono::milliseconds time);

private:
    enum class Wake { ready, late, stopped };

    Wake wait(short events, Clock::time_point until) const;
    [[nodiscard]] Outcome<void> wait(short events) const;

    const Clock::time_point deadline_;
    Descriptor socket_{-1};
    const Descriptor stopping_;
    std::stop_callback<std::function<void()>> on_stop_;
};

} // namespace fairlead
