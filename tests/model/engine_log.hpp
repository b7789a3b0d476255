// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fairlead/runtime.hpp>

namespace fairlead::model {

/// Everything that the engine tells of a project, in its order: what happened, in nobody else's words.
class EngineLog {
public:
    EngineLog(ContainerRuntime& runtime, std::string_view project);

    [[nodiscard]] std::vector<ContainerEvent> events() const;

    /// After the engine has been away: goes on with how things stand now, as if that had just been told.
    void resume();

private:
    void read(const std::stop_token& stop);

    ContainerRuntime& runtime_;
    const std::string project_;
    std::optional<EventStream> stream_;
    mutable std::mutex mutex_;
    std::vector<ContainerEvent> events_;
    std::jthread reader_;
};

} // namespace fairlead::model
