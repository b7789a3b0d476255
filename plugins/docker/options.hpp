// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <fairlead/error.hpp>

namespace fairlead::docker {

/// The plugin's options, as they stand in a configuration file.
struct Options {
    /// `unix://…` or `tcp://…`; absent: found as Docker's own client does.
    std::string host;
    /// A Docker context by name, instead of `host`.
    std::string context;
    /// The folder with `ca.pem`, `cert.pem` and `key.pem`.
    std::filesystem::path cert_path;
    std::optional<bool> tls_verify;
    /// The folder of Docker's own client configuration.
    std::filesystem::path config;
    /// How long the engine may take to answer an ordinary request.
    std::chrono::milliseconds timeout = std::chrono::seconds{60};
};

/// Reads them from a JSON object as text.
///
/// Errors: `invalid_spec` for text that is not an object, an unknown key (with the likely one) and a
/// value of the wrong kind.
[[nodiscard]] Result<Options> parse_options(std::string_view text);

} // namespace fairlead::docker
