// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include <fairlead/error.hpp>

namespace fairlead {

/// The real path, without links, of a file that nobody but root and the caller can have written and
/// nobody else can exchange for another: neither the file nor any folder on the way to it belongs to
/// or can be written by anyone else (a sticky folder, such as /tmp, lets nobody exchange what is not
/// theirs). So what was checked is what a later use of the path finds.
///
/// Errors: `not_found` (no such directory or file), `plugin_rejected` (with the reason).
[[nodiscard]] Result<std::filesystem::path> trusted_path(const std::filesystem::path& directory,
                                                         const std::string& name);

} // namespace fairlead
