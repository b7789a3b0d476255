// SPDX-License-Identifier: MIT
#include "environment.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace fairlead::podman {
namespace {

constexpr std::array passed_on = {
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "TMPDIR",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "DBUS_SESSION_BUS_ADDRESS",
    "CONTAINERS_CONF",
    "CONTAINERS_CONF_OVERRIDE",
    "CONTAINERS_STORAGE_CONF",
    "CONTAINERS_REGISTRIES_CONF",
    "REGISTRY_AUTH_FILE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
};

/// Podman, its helpers, the Go runtime, the C library and the loader; in capitals.
constexpr std::array<std::string_view, 36> read_names = {
    "PATH",      "HOME",     "USER",         "LOGNAME",       "SHELL",     "TERM",
    "LANG",      "LANGUAGE", "TZ",           "TZDIR",         "TMPDIR",    "TMP",
    "TEMP",      "PWD",      "HOSTNAME",     "HOSTALIASES",   "IFS",       "ENV",
    "BASH_ENV",  "EDITOR",   "RES_OPTIONS",  "LOCALDOMAIN",   "DISPLAY",   "KUBECONFIG",
    "GNUPGHOME", "NLSPATH",  "OPENSSL_CONF", "INVOCATION_ID", "LOCPATH",   "SUDO_UID",
    "SUDO_GID",  "MAINPID",  "WATCHDOG_PID", "WATCHDOG_USEC", "NODE_NAME", "GCONV_PATH"};

constexpr std::array<std::string_view, 37> read_prefixes = {
    "LC_",           "LD_",      "GO",         "GLIBC_",  "MALLOC_", "XDG_",     "DBUS_",    "CONTAINER",
    "_CONTAINER",    "REGISTR",  "STORAGE",    "BUILDAH", "PODMAN",  "DOCKER",   "NOTIFY_",  "LISTEN_",
    "JOURNAL_",      "SYSTEMD_", "SSH_",       "SSL_",    "CURL_",   "NETAVARK", "AARDVARK", "RUST_",
    "_LIBCONTAINER", "_OCI",     "OCI_",       "CONMON",  "RUNC",    "CRUN",     "XTABLES_", "CNI_",
    "NSS_",          "TMPDIR_",  "DISABLE_HC", "PASTA",   "SLIRP"};

/// Podman reads an environment file line by line, up to 64 KiB each.
constexpr std::size_t longest_line = 60UL * 1024;

bool fits_file(const std::string& name, const std::string& value) {
    const bool plain_name = name.front() != '#' && std::ranges::none_of(name, [](unsigned char c) {
                                return std::isspace(c) != 0;
                            });
    return plain_name && name.size() + value.size() < longest_line &&
           value.find('\n') == std::string::npos && !value.ends_with('\r');
}

} // namespace

std::vector<std::string> engine_environment(const std::function<const char*(const char*)>& lookup) {
    std::vector<std::string> environment;
    for (const char* name : passed_on) {
        if (const char* value = lookup(name)) {
            environment.push_back(fmt::format("{}={}", name, value));
        }
    }
    // Log timestamps then come in one form.
    environment.emplace_back("TZ=UTC");
    environment.emplace_back("PODMAN_IGNORE_CGROUPSV1_WARNING=1");
    return environment;
}

bool is_read_by_engine(std::string_view name) {
    std::string capitals(name);
    std::ranges::transform(capitals, capitals.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return std::ranges::find(read_names, capitals) != read_names.end() ||
           capitals.find("PROXY") != std::string::npos ||
           std::ranges::any_of(read_prefixes, [&capitals](std::string_view prefix) {
               return capitals.starts_with(prefix);
           });
}

Result<EnvironmentPlan> plan_environment(const std::map<std::string, std::string>& variables) {
    EnvironmentPlan plan;
    for (const auto& [name, value] : variables) {
        if (fits_file(name, value)) {
            plan.file += fmt::format("{}={}\n", name, value);
        } else if (is_read_by_engine(name)) {
            return fail({.code = Errc::unsupported,
                         .operation = "start",
                         .message = fmt::format(
                             "environment.{}: podman cannot be given a value with a line break "
                             "under a name that it reads itself",
                             name),
                         .hint = "Use another name, or a value without line breaks."});
        } else {
            plan.inherited.push_back(name);
            plan.environment.push_back(fmt::format("{}={}", name, value));
        }
    }
    return plan;
}

} // namespace fairlead::podman
