// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fairlead::conformance {

/// Gives the image `fairlead-test/busybox:latest` of a registry (`HOST:PORT`, plain HTTP) a further tag
/// there, and returns the reference under which it can be pulled.
[[nodiscard]] std::string tag_in_registry(const std::string& registry, const std::string& tag);

/// A reference to that registry's image under a tag that it may not have.
[[nodiscard]] std::string reference_in(const std::string& registry, const std::string& tag);

} // namespace fairlead::conformance
