// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/container_spec.hpp>

#include "api_version.hpp"
#include "common/json.hpp"
#include "common_names.hpp"

namespace fairlead::docker {

/// Carried by a container besides the contract's labels: which `start` created it, so that one whose
/// answer was lost is found again and never mistaken for another's.
inline constexpr std::string_view start_label = "dev.fairlead.start";

/// What a creation needs to know besides the spec.
struct CreateContext {
    ApiVersion api;
    std::string image;
    /// The value of `start_label`.
    std::string start;
    /// The image's own entrypoint, needed to clear its command without losing it.
    std::optional<std::vector<std::string>> image_entrypoint;
};

/// Whether the creation must know the image's entrypoint.
[[nodiscard]] bool needs_image_entrypoint(const ContainerSpec& spec);

/// The image that the container is made from: the spec's, or the name that a build gives.
[[nodiscard]] std::string image_name(const ContainerSpec& spec);

/// The networks to attach to; the project's own when none is listed.
[[nodiscard]] std::vector<NetworkAttachment> attachments(const ContainerSpec& spec);

/// The names a container goes by on one network.
[[nodiscard]] std::vector<std::string> aliases(const ContainerSpec& spec,
                                               const NetworkAttachment& attachment);

/// The body of a creation.
///
/// Errors: `unsupported`, naming the field that this engine cannot honour; nothing is left out silently.
[[nodiscard]] Result<Json> create_body(const ContainerSpec& spec, const CreateContext& context);

} // namespace fairlead::docker
