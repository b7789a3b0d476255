// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <fairlead/endpoint.hpp>
#include <fairlead/error.hpp>
#include <fairlead/runtime.hpp>
#include <fairlead/wait.hpp>

#include "container_follower.hpp"
#include "wait_scope.hpp"

namespace fairlead {

/// What the conditions of one `wait_for` share, and the words in which they report.
struct WaitContext {
    ContainerRuntime& runtime;
    const ContainerId& id;
    std::string name;
    WaitScope& scope;
    /// Made for the first condition that needs it.
    std::unique_ptr<ContainerFollower> follower{};

    [[nodiscard]] Error error(Errc code, std::string message) const;

    /// The container has stopped, or is gone, before it was ready. `awaited` says what was waited for,
    /// as in "port 80/tcp to open".
    [[nodiscard]] Error exited(const ContainerStatus& status, std::string_view awaited) const;

    /// The caller's cancellation, or the end of the time.
    [[nodiscard]] Error over(std::string_view awaited, std::string_view seen) const;

    void attach_last_log_lines(Error& error) const;
};

/// One attempt; nothing when it has succeeded, else what was seen instead.
using PortProbe =
    std::function<std::optional<std::string>(const Endpoint& endpoint, const std::stop_token& stop)>;

/// Tries a published port until the probe succeeds.
[[nodiscard]] Result<void> await_port(WaitContext& context, std::uint16_t container_port,
                                      std::string_view awaited, const PortProbe& probe);

/// Reads the output until a line has matched often enough.
[[nodiscard]] Result<void> await_log_line(const WaitContext& context, const LogLine& condition,
                                          std::string_view awaited);

} // namespace fairlead
