// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>

namespace fairlead::podman {

/// The plugin's options, as they stand in a configuration file.
struct Options {
    /// The podman program; a name without a slash is looked for in PATH.
    std::string path = "podman";
    /// Storage of its own, as in `podman --root`.
    std::string root;
    std::string runroot;
    /// A remote service by its connection's name, as in `podman --connection`.
    std::string connection;
    /// Further global arguments, put before the subcommand.
    std::vector<std::string> extra_args;
};

/// Reads them from a JSON object as text.
///
/// Errors: `invalid_spec` for text that is not an object, an unknown key (with the likely one) and a
/// value of the wrong kind.
[[nodiscard]] Result<Options> parse_options(std::string_view text);

/// The arguments that stand before every subcommand.
[[nodiscard]] std::vector<std::string> global_arguments(const Options& options);

} // namespace fairlead::podman
