// SPDX-License-Identifier: MIT
#include "refusal.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace fairlead::conformance {

const char* Refusal::what() const noexcept {
    return message_.c_str();
}

bool is_refusal(const Error& error, const ContainerSpec& spec, NetworkMode usual) {
    const Resources& limits = spec.resources;
    const std::pair<bool, std::string_view> fields[] = {
        {!spec.annotations.empty(), "annotations"},
        {!spec.user.empty(), "user"},
        {!spec.working_dir.empty(), "working_dir"},
        {!spec.hostname.empty(), "hostname"},
        {spec.init, "init"},
        {spec.read_only, "read_only"},
        {spec.tty, "tty"},
        {spec.stdin_open, "stdin_open"},
        {spec.privileged, "privileged"},
        {!spec.ports.empty(), "ports"},
        {!spec.mounts.empty(), "mounts"},
        {!spec.secrets.empty(), "secrets"},
        {!spec.configs.empty(), "configs"},
        {spec.network_mode != usual, "network_mode"},
        {!spec.extra_hosts.empty(), "extra_hosts"},
        {!spec.dns.empty(), "dns"},
        {!spec.cap_add.empty(), "cap_add"},
        {!spec.cap_drop.empty(), "cap_drop"},
        {!spec.security_opt.empty(), "security_opt"},
        {!spec.group_add.empty(), "group_add"},
        {!spec.devices.empty(), "devices"},
        {!spec.sysctls.empty(), "sysctls"},
        {limits != Resources{}, "resources"},
        {limits.shm_size.has_value(), "shm_size"},
        {!limits.ulimits.empty(), "ulimits"},
        {spec.health_pace == HealthPace::engine, "health_pace"},
        {!spec.stop_signal.empty(), "stop_signal"},
        {spec.restart.mode != RestartMode::no, "restart"},
    };
    return error.code == Errc::unsupported && std::ranges::any_of(fields, [&error](const auto& field) {
               return field.first && error.message.find(field.second) != std::string::npos;
           });
}

} // namespace fairlead::conformance
