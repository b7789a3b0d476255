// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fairlead/container_spec.hpp>
#include <fairlead/error.hpp>
#include <fairlead/export.hpp>
#include <fairlead/runtime_config.hpp>

namespace fairlead {

/// What a service waits for before it starts.
enum class DependencyCondition {
    service_started,
    service_healthy,
    service_completed_successfully,
};

[[nodiscard]] FAIRLEAD_API std::string_view to_string(DependencyCondition condition) noexcept;

struct Dependency {
    std::string service;
    DependencyCondition condition = DependencyCondition::service_started;
    /// False: a dependency that is missing or fails is reported and does not hold anyone up.
    bool required = true;
    /// Restarting the dependency restarts the service as well.
    bool restart = false;

    bool operator==(const Dependency&) const = default;
};

/// A container and its place among the others. Its name is `container.service`.
struct Service {
    ContainerSpec container;
    std::vector<Dependency> depends_on;
    /// None: always on.
    std::vector<std::string> profiles;

    bool operator==(const Service&) const = default;
};

/// A stack file's meaning: everything resolved, nothing left to look up.
struct Stack {
    std::string name;
    /// In the order of the file.
    std::vector<Service> services;
    RuntimeConfig runtime;

    bool operator==(const Stack&) const = default;
};

/// The services to run: those named and whatever they depend on; when none is named, all whose
/// profile is on. Naming a service turns its profiles on. The order is the stack's.
///
/// Errors: `invalid_spec` for a name that is not in the stack, with the likely one, and for a required
/// dependency whose profile is off.
[[nodiscard]] FAIRLEAD_API Result<std::vector<Service>>
select_services(const Stack& stack, const std::vector<std::string>& names,
                const std::vector<std::string>& profiles);

/// A digest of all that makes the container what it is. Equal specs give equal digests; the pull policy
/// takes no part, nor do the contents of secrets, since a digest in a label would let them be guessed.
[[nodiscard]] FAIRLEAD_API std::string config_hash(const ContainerSpec& spec);

} // namespace fairlead
