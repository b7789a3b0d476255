// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <fairlead/error.hpp>

namespace fairlead::docker {

struct Options;

/// Looks an environment variable up; empty and unset are the same to Docker.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// The process's own environment.
[[nodiscard]] Environment process_environment();

struct TlsFiles {
    std::filesystem::path ca;
    std::filesystem::path certificate;
    std::filesystem::path key;
    bool verify = true;

    bool operator==(const TlsFiles&) const = default;
};

/// Where an engine listens, and who said so.
struct Endpoint {
    /// As a person writes it: `unix:///…`, `tcp://host:port`.
    std::string address;
    /// Which setting it came from, for errors.
    std::string source;
    /// The socket's path, for `unix://`.
    std::optional<std::string> unix_socket;
    /// What requests are made to: scheme, host and port, without a trailing slash.
    std::string base_url;
    std::optional<TlsFiles> tls;
};

/// Where the configuration of Docker's own client is: option `config`, `DOCKER_CONFIG`, `~/.docker`.
[[nodiscard]] std::filesystem::path config_folder(const Options& options, const Environment& environment);

/// Finds the engine the way Docker's own client does: the options `host` and `context`, `DOCKER_HOST`,
/// `DOCKER_CONTEXT`, the configuration's current context, then the system's socket and the rootless one,
/// whichever exists. Reads files; contacts nobody.
///
/// Errors: `invalid_spec` for a malformed address or a context that does not exist, `invalid_file` for a
/// configuration that cannot be read, `unsupported` for `ssh://` and the like.
[[nodiscard]] Result<Endpoint> resolve_endpoint(const Options& options, const Environment& environment);

} // namespace fairlead::docker
