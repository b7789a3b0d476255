// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/stack.hpp>

#include "context.hpp"
#include "keys.hpp"

namespace fairlead::stack_file {

/// A service while its fields are read, in whatever order they stand. Where two fields can say the same
/// thing, both end up in one of these.
struct Draft {
    Service service;
    /// From `env_file`; `environment` beats it.
    Variables file_environment;
    /// Bare names under `environment` that the host does not set: left out, whatever an `env_file` says.
    std::vector<std::string> left_out;
    /// From `tmpfs`; they come after the mounts under `volumes`.
    std::vector<TmpfsMount> tmpfs;
    std::optional<RestartPolicy> restart;
    std::optional<std::uint64_t> memory;
    std::optional<std::uint64_t> memory_reservation;
    std::optional<double> cpus;
    std::optional<std::int64_t> pids;
    bool networks_given = false;

    [[nodiscard]] ContainerSpec& container() noexcept { return service.container; }
};

/// Fills a slot that two fields share; `other` is the field that may have filled it before.
template <class T>
void agree(Context& context, const Field& field, std::optional<T>& slot, const T& value,
           std::string_view other) {
    if (slot && *slot != value) {
        context.diagnostics.mistake(field, "contradicts " + std::string(other),
                                    "Give both the same value, or only one of them.");
    }
    slot = value;
}

/// Reads a limit that two fields can set into its slot; 0 means no limit. `Read` reads the value.
template <auto Slot, auto Read>
void read_limit(Context& context, const Field& field, Draft& draft, std::string_view other) {
    if (const auto limit = Read(context, field); limit && *limit != 0) {
        agree(context, field, draft.*Slot, *limit, other);
    }
}

/// A number of processes; -1 for no limit.
[[nodiscard]] std::optional<std::int64_t> read_pids(Context& context, const Field& field);

// One reader for each group of fields; each in a file of its name.
void read_build(Context& context, const Field& field, Draft& draft);
void read_deploy(Context& context, const Field& field, Draft& draft);
void read_dependencies(Context& context, const Field& field, Draft& draft);
void read_environment(Context& context, const Field& field, Draft& draft);
void read_env_files(Context& context, const Field& field, Draft& draft);
void read_healthcheck(Context& context, const Field& field, Draft& draft);
/// `scale` and `deploy.replicas`.
void read_replicas(Context& context, const Field& field, Draft& draft);
void read_restart(Context& context, const Field& field, Draft& draft);
void read_ports(Context& context, const Field& field, Draft& draft);
void read_expose(Context& context, const Field& field, Draft& draft);
void read_volumes(Context& context, const Field& field, Draft& draft);
void read_tmpfs(Context& context, const Field& field, Draft& draft);
void read_networks(Context& context, const Field& field, Draft& draft);
void read_network_mode(Context& context, const Field& field, Draft& draft);
void read_extra_hosts(Context& context, const Field& field, Draft& draft);
void read_dns(Context& context, const Field& field, Draft& draft);
void read_ulimits(Context& context, const Field& field, Draft& draft);
void read_devices(Context& context, const Field& field, Draft& draft);
void read_sysctls(Context& context, const Field& field, Draft& draft);
void read_secrets(Context& context, const Field& field, Draft& draft);
void read_configs(Context& context, const Field& field, Draft& draft);

/// Reads one entry of `services`.
[[nodiscard]] Service read_service(Context& context, const Field& field, const std::string& name);

// The top level's maps.
void declare_networks(Context& context, const Field& field);
void declare_volumes(Context& context, const Field& field);
void declare_secrets(Context& context, const Field& field);
void declare_configs(Context& context, const Field& field);

/// Reads an `x-fairlead` object of the top level.
[[nodiscard]] RuntimeConfig read_runtime_settings(Context& context, const Field& field);

} // namespace fairlead::stack_file
