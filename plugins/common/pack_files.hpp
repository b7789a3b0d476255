// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <fairlead/container_spec.hpp>

namespace fairlead::plugin {

/// A tar archive of secrets and configs, to be unpacked in `folder` of the container, in which their
/// targets lie.
///
/// Errors: `internal` when it cannot be written.
[[nodiscard]] Result<std::string> pack_files(const std::string& folder,
                                             const std::vector<const FileContent*>& files);

} // namespace fairlead::plugin
