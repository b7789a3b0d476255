// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace fairlead::docker {

/// An image's name, taken apart: `[registry[:port]/]path/name[:tag][@digest]`.
struct Reference {
    /// Registry and path as written.
    std::string name;
    /// The registry that holds it; an image without one is Docker Hub's.
    std::string registry;
    /// The tag or, stronger, the digest; `latest` when neither is given.
    std::string version;
};

/// The registry of images that name none, as Docker's configuration file calls it.
inline constexpr std::string_view hub_registry = "https://index.docker.io/v1/";

[[nodiscard]] Reference parse_reference(std::string_view text);

} // namespace fairlead::docker
