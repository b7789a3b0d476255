// SPDX-License-Identifier: MIT
#include <array>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "../name_rules.hpp"
#include "draft.hpp"
#include "in_quotes.hpp"
#include "shell_words.hpp"

namespace fairlead::stack_file {
namespace {

/// Reads a value with `Read` into a member of the container.
template <auto Member, auto Read>
void put(Context& context, const Field& field, Draft& draft) {
    if (auto value = Read(context, field)) {
        draft.container().*Member = std::move(*value);
    }
}

template <auto Member, auto Read>
void put_all(Context& context, const Field& field, Draft& draft) {
    draft.container().*Member = Read(context, field);
}

/// `command` and `entrypoint`: a line that is split, or the words.
template <auto Member>
void put_words(Context& context, const Field& field, Draft& draft) {
    if (field.node().kind == NodeKind::string) {
        draft.container().*Member = accept(context, field, split_words(field.node().text));
    } else if (field.node().kind == NodeKind::list) {
        draft.container().*Member = read_strings(context, field);
    } else {
        wrong_kind(context, field, "a string or a list of strings");
    }
}

void read_pull_policy(Context& context, const Field& field, Draft& draft) {
    const auto word = read_string(context, field);
    if (!word) {
        return;
    }
    if (*word == "missing" || *word == "if_not_present") {
        draft.container().pull_policy = PullPolicy::missing;
    } else if (*word == "always") {
        draft.container().pull_policy = PullPolicy::always;
    } else if (*word == "never") {
        draft.container().pull_policy = PullPolicy::never;
    } else if (*word == "build") {
        draft.container().pull_policy = PullPolicy::build;
    } else {
        wrong_kind(context, field, "\"missing\", \"if_not_present\", \"always\", \"never\" or \"build\"");
    }
}

void read_grace_period(Context& context, const Field& field, Draft& draft) {
    if (const auto duration = read_duration(context, field)) {
        draft.container().stop_grace_period = std::chrono::ceil<std::chrono::milliseconds>(*duration);
    }
}

void read_memory_swap(Context& context, const Field& field, Draft& draft) {
    if (field.node().text == "-1") {
        draft.container().resources.memory_swap = -1;
    } else if (const auto bytes = read_bytes(context, field); bytes && *bytes > 0) {
        draft.container().resources.memory_swap = static_cast<std::int64_t>(*bytes);
    }
}

void read_profiles(Context& context, const Field& field, Draft& draft) {
    draft.service.profiles = read_strings(context, field);
    for (std::size_t i = 0; i < draft.service.profiles.size(); ++i) {
        if (!name_rules::is_object(draft.service.profiles[i], 1, name_rules::longest_part)) {
            context.diagnostics.mistake(
                field, fmt::format("{} is no name of a profile", in_quotes(draft.service.profiles[i])),
                "Letters, digits, '_', '.' and '-', beginning with a letter or digit.");
        }
    }
}

void read_health_pace(Context& context, const Field& field, Draft& draft) {
    constexpr std::array keys{Key<Draft>{"health", [](Context& c, const Field& at, Draft& d) {
                                             const auto pace = read_string(c, at);
                                             if (pace && *pace != "eager" && *pace != "engine") {
                                                 wrong_kind(c, at, "\"eager\" or \"engine\"");
                                             } else if (pace) {
                                                 d.container().health_pace = *pace == "engine"
                                                                                 ? HealthPace::engine
                                                                                 : HealthPace::eager;
                                             }
                                         }}};
    read_keys<Draft>(context, field, draft, keys);
}

constexpr std::array service_keys{
    Key<Draft>{"annotations", put_all<&ContainerSpec::annotations, read_labels>},
    Key<Draft>{"build", read_build},
    Key<Draft>{"cap_add", put_all<&ContainerSpec::cap_add, read_strings>},
    Key<Draft>{"cap_drop", put_all<&ContainerSpec::cap_drop, read_strings>},
    Key<Draft>{"command", put_words<&ContainerSpec::command>},
    Key<Draft>{"configs", read_configs},
    Key<Draft>{"container_name", put<&ContainerSpec::container_name, read_name>},
    Key<Draft>{"cpus",
               [](Context& context, const Field& field, Draft& draft) {
                   read_limit<&Draft::cpus, read_decimal>(context, field, draft,
                                                          "deploy.resources.limits.cpus");
               }},
    Key<Draft>{"depends_on", read_dependencies},
    Key<Draft>{"deploy", read_deploy},
    Key<Draft>{"devices", read_devices},
    Key<Draft>{"dns", read_dns},
    Key<Draft>{"entrypoint", put_words<&ContainerSpec::entrypoint>},
    Key<Draft>{"env_file", read_env_files},
    Key<Draft>{"environment", read_environment},
    Key<Draft>{"expose", read_expose},
    Key<Draft>{"extra_hosts", read_extra_hosts},
    Key<Draft>{"group_add", put_all<&ContainerSpec::group_add, read_strings>},
    Key<Draft>{"healthcheck", read_healthcheck},
    Key<Draft>{"hostname", put<&ContainerSpec::hostname, read_name>},
    Key<Draft>{"image", put<&ContainerSpec::image, read_name>},
    Key<Draft>{"init", put<&ContainerSpec::init, read_bool>},
    Key<Draft>{"labels", put_all<&ContainerSpec::labels, read_labels>},
    Key<Draft>{"mem_limit",
               [](Context& context, const Field& field, Draft& draft) {
                   read_limit<&Draft::memory, read_bytes>(context, field, draft,
                                                          "deploy.resources.limits.memory");
               }},
    Key<Draft>{"mem_reservation",
               [](Context& context, const Field& field, Draft& draft) {
                   read_limit<&Draft::memory_reservation, read_bytes>(
                       context, field, draft, "deploy.resources.reservations.memory");
               }},
    Key<Draft>{"memswap_limit", read_memory_swap},
    Key<Draft>{"network_mode", read_network_mode},
    Key<Draft>{"networks", read_networks},
    Key<Draft>{"pids_limit",
               [](Context& context, const Field& field, Draft& draft) {
                   read_limit<&Draft::pids, read_pids>(context, field, draft,
                                                       "deploy.resources.limits.pids");
               }},
    Key<Draft>{"ports", read_ports},
    Key<Draft>{"privileged", put<&ContainerSpec::privileged, read_bool>},
    Key<Draft>{"profiles", read_profiles},
    Key<Draft>{"pull_policy", read_pull_policy},
    Key<Draft>{"read_only", put<&ContainerSpec::read_only, read_bool>},
    Key<Draft>{"restart", read_restart},
    Key<Draft>{"scale", read_replicas},
    Key<Draft>{"secrets", read_secrets},
    Key<Draft>{"security_opt", put_all<&ContainerSpec::security_opt, read_strings>},
    Key<Draft>{"shm_size",
               [](Context& context, const Field& field, Draft& draft) {
                   if (const auto bytes = read_bytes(context, field); bytes && *bytes > 0) {
                       draft.container().resources.shm_size = *bytes;
                   }
               }},
    Key<Draft>{"stdin_open", put<&ContainerSpec::stdin_open, read_bool>},
    Key<Draft>{"stop_grace_period", read_grace_period},
    Key<Draft>{"stop_signal", put<&ContainerSpec::stop_signal, read_scalar>},
    Key<Draft>{"sysctls", read_sysctls},
    Key<Draft>{"tmpfs", read_tmpfs},
    Key<Draft>{"tty", put<&ContainerSpec::tty, read_bool>},
    Key<Draft>{"ulimits", read_ulimits},
    Key<Draft>{"user", put<&ContainerSpec::user, read_scalar>},
    Key<Draft>{"volumes", read_volumes},
    Key<Draft>{"working_dir", put<&ContainerSpec::working_dir, read_name>},
    Key<Draft>{"x-fairlead", read_health_pace},
};

constexpr std::array unsupported_keys{
    UnsupportedKey{"attach"},
    UnsupportedKey{"blkio_config"},
    UnsupportedKey{"cgroup"},
    UnsupportedKey{"cgroup_parent"},
    UnsupportedKey{"cpu_count"},
    UnsupportedKey{"cpu_percent"},
    UnsupportedKey{"cpu_period", "Use cpus."},
    UnsupportedKey{"cpu_quota", "Use cpus."},
    UnsupportedKey{"cpu_rt_period"},
    UnsupportedKey{"cpu_rt_runtime"},
    UnsupportedKey{"cpu_shares"},
    UnsupportedKey{"cpuset"},
    UnsupportedKey{"credential_spec"},
    UnsupportedKey{"develop", "Watching sources is not fairlead's work; remove it."},
    UnsupportedKey{"device_cgroup_rules"},
    UnsupportedKey{"dns_opt"},
    UnsupportedKey{"dns_search"},
    UnsupportedKey{"domainname"},
    UnsupportedKey{"driver_opts"},
    UnsupportedKey{"extends", "Write the fields out in this service."},
    UnsupportedKey{"external_links", "Put both on one network."},
    UnsupportedKey{"gpus"},
    UnsupportedKey{"ipc"},
    UnsupportedKey{"isolation"},
    UnsupportedKey{"label_file", "Write them under labels."},
    UnsupportedKey{"links",
                   "Services on one network find each other by name; use depends_on for the order."},
    UnsupportedKey{"logging"},
    UnsupportedKey{"mac_address"},
    UnsupportedKey{"mem_swappiness"},
    UnsupportedKey{"models"},
    UnsupportedKey{"oom_kill_disable"},
    UnsupportedKey{"oom_score_adj"},
    UnsupportedKey{"pid"},
    UnsupportedKey{"platform", "The engine's own platform is used."},
    UnsupportedKey{"post_start"},
    UnsupportedKey{"pre_stop"},
    UnsupportedKey{"provider"},
    UnsupportedKey{"runtime"},
    UnsupportedKey{"storage_opt"},
    UnsupportedKey{"use_api_socket"},
    UnsupportedKey{"userns_mode"},
    UnsupportedKey{"uts"},
    UnsupportedKey{"volumes_from", "Name the same volumes in both services."},
};

/// The name under which a build's image is kept, as Compose names it: `<project>-<service>`.
std::string built_image_name(const ContainerSpec& container) {
    std::string name;
    for (const char c : container.project + "-" + container.service) {
        const bool separates = !name_rules::is_alphanumeric(c);
        const bool again = separates && !name.empty() && !name_rules::is_alphanumeric(name.back());
        // Image names allow neither capitals nor two different separators in a row.
        if (again) {
            name.back() = '-';
        } else {
            name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    while (!name.empty() && !name_rules::is_alphanumeric(name.back())) {
        name.pop_back();
    }
    return name;
}

void merge(Draft& draft) {
    ContainerSpec& container = draft.container();
    for (const std::string& name : draft.left_out) {
        draft.file_environment.erase(name);
    }
    container.environment.merge(draft.file_environment);
    container.mounts.insert(container.mounts.end(), draft.tmpfs.begin(), draft.tmpfs.end());
    container.restart = draft.restart.value_or(RestartPolicy{});
    container.resources.memory = draft.memory;
    container.resources.memory_reservation = draft.memory_reservation;
    container.resources.cpus = draft.cpus;
    container.resources.pids = draft.pids;
    if (container.image.empty() && container.build) {
        container.image = built_image_name(container);
    }
}

void check_sources(Context& context, const Field& field, const ContainerSpec& container) {
    if (container.image.empty() && !container.build && field.node().find("image") == nullptr &&
        field.node().find("build") == nullptr) {
        context.diagnostics.misnamed(field, "needs an image or a build");
    }
    if (container.pull_policy == PullPolicy::build && field.node().find("build") == nullptr) {
        context.diagnostics.misnamed(field, "pull_policy \"build\" needs a build");
    }
}

void check_memory(Context& context, const Field& field, const Resources& resources) {
    const auto limit = static_cast<std::int64_t>(resources.memory.value_or(0));
    if (resources.memory_swap && *resources.memory_swap > 0 &&
        (limit == 0 || *resources.memory_swap < limit)) {
        context.diagnostics.misnamed(
            field, limit == 0 ? "memswap_limit needs mem_limit" : "memswap_limit is less than mem_limit",
            "memswap_limit counts memory and swap together.");
    }
    if (limit > 0 && resources.memory_reservation.value_or(0) > *resources.memory) {
        context.diagnostics.misnamed(field, "mem_reservation is more than mem_limit");
    }
}

void check_network(Context& context, const Field& field, Draft& draft) {
    ContainerSpec& container = draft.container();
    if (container.network_mode != NetworkMode::networks && draft.networks_given) {
        context.diagnostics.misnamed(field, "network_mode and networks exclude each other");
    }
    const bool unreachable =
        container.network_mode == NetworkMode::none || container.network_mode == NetworkMode::host;
    if (unreachable && !container.ports.empty()) {
        context.diagnostics.misnamed(field,
                                     "ports cannot be published with network_mode \"none\" or \"host\"",
                                     "On the host's network its ports are the host's already.");
    }
    const auto declared = context.networks.find("default");
    if (container.network_mode == NetworkMode::networks && !draft.networks_given &&
        declared != context.networks.end() && declared->second.customised) {
        container.networks.push_back({{.project = context.project,
                                       .name = "default",
                                       .engine_name = declared->second.engine_name,
                                       .external = declared->second.external},
                                      {}});
    }
}

void check_repetition(Context& context, const Field& field, const ContainerSpec& container) {
    std::set<std::string_view> targets;
    for (const Mount& mount : container.mounts) {
        const std::string& target =
            std::visit([](const auto& any) -> const auto& { return any.target; }, mount);
        if (!targets.insert(target).second) {
            context.diagnostics.misnamed(field,
                                         fmt::format("two mounts have the target {}", in_quotes(target)));
        }
    }
    std::set<std::tuple<std::string_view, std::uint16_t, Protocol>> published;
    for (const PortMapping& port : container.ports) {
        if (port.host_port != 0 &&
            !published.emplace(port.host_ip, port.host_port, port.protocol).second) {
            context.diagnostics.misnamed(
                field, fmt::format("the port {} of {} is published twice", port.host_port, port.host_ip));
        }
    }
}

} // namespace

Service read_service(Context& context, const Field& field, const std::string& name) {
    Draft draft;
    draft.container().project = context.project;
    draft.container().service = name;
    const std::size_t before = context.diagnostics.mistakes();
    if (!name_rules::is_service(name)) {
        context.diagnostics.misnamed(
            field, fmt::format("{} is no name of a service", in_quotes(name)),
            "Letters, digits, '_', '.' and '-', beginning with a letter or digit, at "
            "most 63.");
    }
    read_keys<Draft>(context, field, draft, service_keys, unsupported_keys);
    if (field.node().kind != NodeKind::map) {
        return std::move(draft.service);
    }
    merge(draft);
    check_sources(context, field, draft.container());
    check_memory(context, field, draft.container().resources);
    check_network(context, field, draft);
    check_repetition(context, field, draft.container());
    // The rules that hold on every engine; the file's reader knows most of them better, with the place.
    if (context.diagnostics.mistakes() == before && !field.node().any_faulty()) {
        if (auto valid = validate(draft.container()); !valid) {
            context.diagnostics.misnamed(field, std::move(valid.error().message),
                                         std::move(valid.error().hint));
        }
    }
    return std::move(draft.service);
}

} // namespace fairlead::stack_file
