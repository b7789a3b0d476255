// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>
#include <string>

#include <fairlead/event_stream.hpp>

#include "engine.hpp"
#include "json_splitter.hpp"

namespace fairlead::docker {

/// A subscription to the engine's events for containers with one label.
class DockerEvents final : public EventSource {
public:
    /// `label` is `key` or `key=value`; `subject` is for errors.
    DockerEvents(Engine& engine, std::string label, std::string subject);
    ~DockerEvents() override;

    Result<void> connect(std::stop_token stop) override;
    Result<ContainerEvent> next(std::stop_token stop) override;

private:
    Engine& engine_;
    std::string label_;
    std::string subject_;
    std::optional<HttpExchange> exchange_;
    JsonSplitter splitter_;
};

} // namespace fairlead::docker
