// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include <fairlead/endpoint.hpp>
#include <fairlead/wait.hpp>

namespace fairlead {

/// One attempt at a port. Nothing: the condition is met; otherwise what was seen instead.
/// Blocking: up to 10 s, or until `stop` is asked for.
[[nodiscard]] std::optional<std::string> probe(const PortOpen& condition, const Endpoint& endpoint,
                                               const std::stop_token& stop);
[[nodiscard]] std::optional<std::string> probe(const HttpStatus& condition, const Endpoint& endpoint,
                                               const std::stop_token& stop);

} // namespace fairlead
