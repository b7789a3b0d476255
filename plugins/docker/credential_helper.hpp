// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "registry_auth.hpp"

namespace fairlead::docker {

/// Asks `docker-credential-<helper>`, found through PATH, for a registry's credentials; nothing when it
/// has none. The registry goes in by standard input; what it prints is never repeated in an error.
///
/// Errors: `image_unavailable` for a helper that is missing, fails or does not answer in time;
/// `cancelled`.
Result<std::optional<Credentials>> ask_credential_helper(const Call& call, const std::string& helper,
                                                         const std::string& registry);

} // namespace fairlead::docker
