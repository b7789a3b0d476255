// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <fairlead/container_spec.hpp>
#include <fairlead/runtime.hpp>

#include "engine.hpp"
#include "run_arguments.hpp"

namespace fairlead::podman {

/// Podman's images. Threads: any number.
class Images {
public:
    explicit Images(Engine& engine) : engine_(engine) {}

    /// Makes sure of what `podman run` does not do by itself: builds, and fetches the image early when
    /// its facts are needed. Fills in `pull` and `facts`.
    ///
    /// Errors: `build_failed` with its last output; `image_unavailable`; `unsupported`.
    Result<void> prepare(const Call& call, const ContainerSpec& spec, RunContext& context,
                         const StartObserver& observer);

private:
    Result<bool> exists(const Call& call, const std::string& image);
    Result<void> pull(const Call& call, const std::string& image, const StartObserver& observer);
    Result<void> build(const Call& call, const ContainerSpec& spec, const std::string& image,
                       const StartObserver& observer);
    Result<ImageFacts> facts(const Call& call, const std::string& image);

    Engine& engine_;
};

/// Tells an observer each whole line of a process's stderr, or of both outputs.
[[nodiscard]] PieceObserver line_reporter(const StartObserver& observer, StartProgress::Phase phase,
                                          bool stdout_too);

/// What `podman image inspect` says.
[[nodiscard]] ImageFacts read_image(const Json& json);

/// The arguments of `podman build`. The values of build arguments are not among them.
[[nodiscard]] std::vector<std::string> build_arguments(const BuildSpec& build, const std::string& image);

} // namespace fairlead::podman
