// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string_view>
#include <thread>

#include <fairlead/container_status.hpp>

#include "../core/src/mailbox.hpp"

namespace fairlead::bench {

/// When a container became healthy.
struct HealthMoment {
    /// By the engine's own account in the event.
    Timestamp happened{};
    /// The event's bytes had come from the socket, and not been looked at yet.
    Timestamp read{};
};

/// The floor: one connection to Docker's event stream, and a thread that does nothing but read it.
class HealthEvents {
public:
    /// Every event after the construction is delivered. Throws when the engine does not answer.
    HealthEvents(const std::filesystem::path& socket, std::string_view project);
    HealthEvents(const HealthEvents&) = delete;
    HealthEvents& operator=(const HealthEvents&) = delete;
    ~HealthEvents();

    /// The next container of the project that becomes healthy; nothing when `stop` is asked for first.
    [[nodiscard]] std::optional<HealthMoment> next(const std::stop_token& stop) {
        return moments_.take(stop);
    }

private:
    void listen();
    void take(std::string_view line, Timestamp read);

    int descriptor_;
    Mailbox<HealthMoment> moments_;
    std::jthread listener_;
};

} // namespace fairlead::bench
