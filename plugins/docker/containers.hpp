// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/call.hpp"
#include "common_names.hpp"
#include "engine.hpp"
#include "status_json.hpp"

namespace fairlead::docker {

/// What can be done to a container that exists. Threads: any number.
class Containers {
public:
    explicit Containers(Engine& engine) : engine_(engine) {}

    /// Errors: `not_found`, also for an id that this engine cannot have given out: it would take the
    /// beginning of another one for a match.
    Result<Inspection> inspect(const Call& call, const std::string& id);

    /// By exact name; nothing when there is none.
    Result<std::optional<Inspection>> find(const Call& call, std::string_view name);

    /// Every container of a project, ordered by name.
    Result<std::vector<Inspection>> list(const Call& call, std::string_view project);

    /// See `ContainerRuntime::stop`.
    Result<void> stop(const Call& call, const std::string& id, std::chrono::milliseconds grace);

    /// See `ContainerRuntime::remove`.
    Result<void> remove(const Call& call, std::string_view name);

    /// Kills and removes, with the anonymous volumes; returns once it is gone.
    Result<void> remove_by_id(const Call& call, const std::string& id);

private:
    enum class Ended { yes, not_yet };

    Result<void> send_signal(const Call& call, const std::string& id, const std::string& signal);
    Result<Ended> await_end(const Call& call, const std::string& id, Clock::time_point deadline);
    Result<void> stop_restarting(const Call& call, const std::string& id);
    Result<void> await_removal(const Call& call, const std::string& id);

    Engine& engine_;
};

/// The refusal to touch a container without fairlead's labels.
[[nodiscard]] Error foreign(const Call& call);

} // namespace fairlead::docker
