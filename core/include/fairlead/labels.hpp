// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <fairlead/export.hpp>

/// Labels are fairlead's only state: what a container carries is all that a later process knows.
namespace fairlead::labels {

/// No label of this prefix may come from a user.
inline constexpr std::string_view prefix = "dev.fairlead.";

inline constexpr std::string_view project = "dev.fairlead.project";
/// On containers: the service.
inline constexpr std::string_view service = "dev.fairlead.service";
/// On networks and volumes: the name in the stack file.
inline constexpr std::string_view resource = "dev.fairlead.resource";
/// The version of fairlead that created it.
inline constexpr std::string_view version = "dev.fairlead.version";
/// Which process created it: boot id, pid, the process's start time and its pid namespace, separated by
/// colons. So neither a pid that has been given to another process nor one of another container is ever
/// mistaken for the owner.
inline constexpr std::string_view owner = "dev.fairlead.owner";
/// A digest of the resolved service, for telling a changed one from an unchanged one.
inline constexpr std::string_view config_hash = "dev.fairlead.config-hash";
/// The services it depends on, separated by commas, so that a stop knows the order without a file.
inline constexpr std::string_view depends_on = "dev.fairlead.depends-on";
/// Milliseconds that a stop waits before it kills, for the same reason.
inline constexpr std::string_view stop_grace = "dev.fairlead.stop-grace-ms";
/// The pace of health gating (`eager` or `engine`), for a process that waits without the file.
inline constexpr std::string_view health = "dev.fairlead.health";

/// The owner label of the calling process.
[[nodiscard]] FAIRLEAD_API std::string this_process();

} // namespace fairlead::labels
