// SPDX-License-Identifier: MIT
#include <array>
#include <limits>

#include "draft.hpp"

namespace fairlead::stack_file {
namespace {

constexpr auto no_limit = std::numeric_limits<std::int64_t>::max();

constexpr std::array limit_keys{
    Key<Draft>{"cpus",
               [](Context& context, const Field& field, Draft& draft) {
                   read_limit<&Draft::cpus, read_decimal>(context, field, draft, "cpus of the service");
               }},
    Key<Draft>{"memory",
               [](Context& context, const Field& field, Draft& draft) {
                   read_limit<&Draft::memory, read_bytes>(context, field, draft,
                                                          "mem_limit of the service");
               }},
    Key<Draft>{"pids",
               [](Context& context, const Field& field, Draft& draft) {
                   read_limit<&Draft::pids, read_pids>(context, field, draft,
                                                       "pids_limit of the service");
               }},
};

constexpr std::array reservation_keys{
    Key<Draft>{"memory",
               [](Context& context, const Field& field, Draft& draft) {
                   read_limit<&Draft::memory_reservation, read_bytes>(context, field, draft,
                                                                      "mem_reservation of the service");
               }},
};

constexpr std::array unsupported_reservations{UnsupportedKey{"cpus"}, UnsupportedKey{"devices"},
                                              UnsupportedKey{"generic_resources"}};

constexpr std::array resource_keys{
    Key<Draft>{"limits", [](Context& context, const Field& field,
                            Draft& draft) { read_keys<Draft>(context, field, draft, limit_keys); }},
    Key<Draft>{"reservations",
               [](Context& context, const Field& field, Draft& draft) {
                   read_keys<Draft>(context, field, draft, reservation_keys, unsupported_reservations);
               }},
};

constexpr std::array policy_keys{
    Key<RestartPolicy>{"condition",
                       [](Context& context, const Field& field, RestartPolicy& policy) {
                           const auto word = read_string(context, field);
                           if (word && *word == "none") {
                               policy.mode = RestartMode::no;
                           } else if (word && *word == "on-failure") {
                               policy.mode = RestartMode::on_failure;
                           } else if (word && *word != "any") {
                               wrong_kind(context, field, "\"none\", \"on-failure\" or \"any\"");
                           }
                       }},
    Key<RestartPolicy>{"max_attempts",
                       [](Context& context, const Field& field, RestartPolicy& policy) {
                           const auto most = std::numeric_limits<int>::max();
                           if (const auto attempts = read_integer(context, field, 0, most)) {
                               policy.max_retries = static_cast<int>(*attempts);
                           }
                       }},
};

constexpr std::array unsupported_policy{
    UnsupportedKey{"delay", "The engine decides how long it waits between restarts."},
    UnsupportedKey{"window", "The engine decides when a start counts as successful."}};

void read_restart_policy(Context& context, const Field& field, Draft& draft) {
    RestartPolicy policy{.mode = RestartMode::always};
    read_keys<RestartPolicy>(context, field, policy, policy_keys, unsupported_policy);
    if (policy.mode != RestartMode::on_failure && policy.max_retries != 0) {
        context.diagnostics.misnamed(field, "max_attempts needs the condition \"on-failure\"",
                                     "Engines count restarts only of containers that failed.");
        return;
    }
    agree(context, field, draft.restart, policy, "restart of the service");
}

constexpr std::array deploy_keys{
    Key<Draft>{"mode",
               [](Context& context, const Field& field, Draft&) {
                   if (const auto mode = read_string(context, field); mode && *mode != "replicated") {
                       wrong_kind(context, field, "\"replicated\"");
                   }
               }},
    Key<Draft>{"replicas", read_replicas},
    Key<Draft>{"resources", [](Context& context, const Field& field,
                               Draft& draft) { read_keys<Draft>(context, field, draft, resource_keys); }},
    Key<Draft>{"restart_policy", read_restart_policy},
};

constexpr std::array unsupported_keys{
    UnsupportedKey{"endpoint_mode"}, UnsupportedKey{"labels", "Write them under the service's labels."},
    UnsupportedKey{"placement"},     UnsupportedKey{"rollback_config"},
    UnsupportedKey{"update_config"},
};

} // namespace

std::optional<std::int64_t> read_pids(Context& context, const Field& field) {
    return read_integer(context, field, -1, no_limit);
}

void read_replicas(Context& context, const Field& field, Draft&) {
    if (const auto count = read_integer(context, field, 0, no_limit); count && *count != 1) {
        context.diagnostics.mistake(field, "fairlead runs one container a service",
                                    "Write 1, or write the service several times under different names.");
    }
}

void read_deploy(Context& context, const Field& field, Draft& draft) {
    read_keys<Draft>(context, field, draft, deploy_keys, unsupported_keys);
}

} // namespace fairlead::stack_file
