// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <fairlead/event_stream.hpp>

#include "engine.hpp"

namespace fairlead::fake {

/// One host's subscription to a project.
class EventReader final : public EventSource {
public:
    EventReader(std::shared_ptr<Engine> engine, std::string_view project);
    ~EventReader() override;

    Result<void> connect(std::stop_token stop) override;
    Result<ContainerEvent> next(std::stop_token stop) override;

private:
    std::shared_ptr<Engine> engine_;
    std::string project_;
    std::shared_ptr<Subscription> subscription_;
};

} // namespace fairlead::fake
