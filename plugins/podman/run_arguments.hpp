// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <fairlead/container_spec.hpp>

#include "environment.hpp"

namespace fairlead::podman {

/// The label that tells one call of `start` from every other, so that what it created can be found and
/// removed even when nobody has seen its id.
inline constexpr std::string_view start_label = "dev.fairlead.start";

/// What of an image must be known to leave or change a part of it.
struct ImageFacts {
    std::vector<std::string> entrypoint;
    std::optional<HealthCheck> healthcheck;
};

/// What `run_arguments` needs besides the spec.
struct RunContext {
    std::string image;
    PullPolicy pull = PullPolicy::missing;
    /// The value of `start_label`.
    std::string start;
    EnvironmentPlan environment;
    /// Folders that become anonymous volumes.
    std::vector<std::string> volumes;
    /// Whether the engine heeds limits; otherwise they are refused.
    bool limits_resources = true;
    /// Given when `needs_image_facts` says so.
    ImageFacts facts;
};

/// Whether the spec changes a part of what the image says and leaves the rest.
[[nodiscard]] bool needs_image_facts(const ContainerSpec& spec);

/// The arguments of `podman run` and `podman create`, from the options to the command's last word.
///
/// Errors: `unsupported`, naming the field.
[[nodiscard]] Result<std::vector<std::string>> run_arguments(const ContainerSpec& spec,
                                                             const RunContext& context);

/// The image to run: the spec's, or a name for the one that is built.
[[nodiscard]] std::string image_name(const ContainerSpec& spec);

/// The networks the container joins in `NetworkMode::networks`: never none.
[[nodiscard]] std::vector<NetworkAttachment> attachments(const ContainerSpec& spec);

/// A word of a comma-separated option, quoted when it has to be.
[[nodiscard]] std::string csv_word(std::string_view word);

} // namespace fairlead::podman
