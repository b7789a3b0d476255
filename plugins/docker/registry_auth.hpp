// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <fairlead/error.hpp>

#include "common/call.hpp"
#include "common_names.hpp"

namespace fairlead::docker {

/// Credentials for one registry.
struct Credentials {
    std::string user;
    std::string password;
    /// Instead of both.
    std::string identity_token;

    bool operator==(const Credentials&) const = default;
};

/// What Docker's own client knows of registries: its configuration file and the helper programs it names.
/// Read anew for each use, since `docker login` changes it. Threads: any number.
class RegistryAuth {
public:
    explicit RegistryAuth(std::filesystem::path config_folder)
        : config_folder_(std::move(config_folder)) {}

    /// The credentials for a registry, or nothing where there are none.
    /// Errors: `invalid_file` for a configuration that cannot be read; `image_unavailable` for a helper
    /// program that is missing or fails.
    Result<std::optional<Credentials>> find(const Call& call, const std::string& registry) const;

    /// The `X-Registry-Auth` header for a registry, or nothing where there are no credentials.
    Result<std::optional<std::string>> header(const Call& call, const std::string& registry) const;

    /// The `X-Registry-Config` header for a build: every credential that stands in the file itself.
    Result<std::optional<std::string>> build_header(const Call& call) const;

private:
    std::filesystem::path config_folder_;
};

/// As in RFC 4648 §5, padded: how the engine wants its headers.
[[nodiscard]] std::string base64url(std::string_view bytes);

/// Nothing for what is not base64.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

} // namespace fairlead::docker
