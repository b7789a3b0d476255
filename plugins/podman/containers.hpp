// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine.hpp"
#include "status_json.hpp"

namespace fairlead::podman {

/// What can be done to a container that exists. Threads: any number.
class Containers {
public:
    explicit Containers(Engine& engine) : engine_(engine) {}

    /// Errors: `not_found`, also for an id that podman cannot have given out: it would take the beginning
    /// of another one, or a name, for a match.
    Result<Inspection> inspect(const Call& call, const std::string& id);

    /// By exact name; nothing when there is none.
    Result<std::optional<Inspection>> find(const Call& call, std::string_view name);

    /// Every container of a project, ordered by name.
    Result<std::vector<Inspection>> list(const Call& call, std::string_view project);

    /// See `ContainerRuntime::stop`.
    Result<void> stop(const Call& call, const std::string& id, std::chrono::milliseconds grace);

    /// See `ContainerRuntime::remove`.
    Result<void> remove(const Call& call, std::string_view name);

    /// Removes what one call of `start` has created, if anything.
    Result<void> remove_started(const Call& call, const std::string& start);

    /// The last lines of both outputs, for an error.
    Result<std::string> last_lines(const Call& call, const std::string& id, int lines);

private:
    Result<std::vector<Inspection>> inspect_all(const Call& call, std::vector<std::string> ids);
    Result<void> stop_run(const Call& call, const Inspection& container, std::chrono::milliseconds grace);
    Result<void> send_signal(const Call& call, const std::string& id, const std::string& signal);

    Engine& engine_;
};

} // namespace fairlead::podman
