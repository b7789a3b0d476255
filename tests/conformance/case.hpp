// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace fairlead::conformance {

class Bench;

/// What a case cannot do without. Where it is missing the case is "not applicable", with the reason.
enum class Need : std::uint32_t {
    nothing = 0,
    /// Containers run real processes, from an image with a shell.
    processes = 1U << 0U,
    /// Another runtime of the same options meets the same containers.
    second_runtime = 1U << 1U,
    /// A registry to pull from.
    registry = 1U << 2U,
    builds = 1U << 3U,
    networks = 1U << 4U,
    volumes = 1U << 5U,
    ports = 1U << 6U,
    restart_policies = 1U << 7U,
    probes_health = 1U << 8U,
    memory_limits = 1U << 9U,
    cpu_limits = 1U << 10U,
    pids_limits = 1U << 11U,
    /// A way to make a container that is not fairlead's.
    foreign_container = 1U << 12U,
    /// A way to make a network or a volume that is not fairlead's.
    foreign_network = 1U << 13U,
    /// A way to look at the engine past the runtime.
    engine_view = 1U << 14U,
    /// Options with which the engine is known not to be there.
    unreachable_options = 1U << 15U,
    /// A machine on which root may do everything, so that an engine can pass all of it on.
    all_rights = 1U << 16U,
};

[[nodiscard]] constexpr Need operator|(Need a, Need b) {
    return static_cast<Need>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}

[[nodiscard]] constexpr bool includes(Need all, Need one) {
    return (static_cast<std::uint32_t>(all) & static_cast<std::uint32_t>(one)) != 0;
}

enum class Company {
    /// Runs beside others.
    any,
    /// Measures times that others would spoil.
    alone,
};

/// One sentence of the contract, and how to see whether an engine keeps it.
struct Case {
    /// `<area>/<short name>`; what `--case` selects and deviations name.
    std::string_view id;
    std::string_view claim;
    Need needs = Need::nothing;
    void (*run)(Bench&) = nullptr;
    Company company = Company::any;
};

/// Every case, area by area.
[[nodiscard]] std::span<const std::span<const Case>> all_cases();

} // namespace fairlead::conformance
