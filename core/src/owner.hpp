// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fairlead {

/// A process, as the owner label names it. All parts are kept as text: they are only compared.
struct Owner {
    std::string boot;
    std::string pid;
    /// Clock ticks since boot.
    std::string start_time;
    /// A pid means nothing outside its namespace, and containers have namespaces of their own.
    std::string pid_namespace;

    bool operator==(const Owner&) const = default;
};

[[nodiscard]] Owner this_owner();

/// Nothing for what is not an owner label of this version.
[[nodiscard]] std::optional<Owner> read_owner(std::string_view label);
[[nodiscard]] std::string to_string(const Owner& owner);

enum class OwnerLife {
    alive,
    dead,
    /// It belongs to another boot, which may be another machine, or to another pid namespace.
    unknown,
};

[[nodiscard]] OwnerLife life_of(const Owner& owner);

} // namespace fairlead
