// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "common/call.hpp"
#include "common_names.hpp"
#include "process.hpp"

/// What podman's exit codes and messages mean. They are its only way to say what went wrong, so their
/// wording, which differs between versions, is known here and nowhere else.
namespace fairlead::podman {

/// The message in what podman wrote to stderr, without warnings, log lines and the word "Error".
[[nodiscard]] std::string engine_message(std::string_view err);

/// A podman that failed, as an error of the call: `not_found`, `conflict`, `unavailable`,
/// `engine_failed`.
[[nodiscard]] Error engine_error(const Call& call, const Finished& finished);

/// The same for creating and starting a container, and for getting its image.
[[nodiscard]] Error start_error(const Call& call, const Finished& finished);

/// The network that the container was to join is not there.
[[nodiscard]] bool is_missing_network(const Finished& finished);

/// What was asked for is there already.
[[nodiscard]] bool is_already_there(const Finished& finished);

/// Exit codes of podman that are its own and not the container's.
inline constexpr int podman_failed = 125;

} // namespace fairlead::podman
