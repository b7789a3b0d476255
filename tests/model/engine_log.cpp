// SPDX-License-Identifier: MIT
#include "engine_log.hpp"

#include <utility>

namespace fairlead::model {

EngineLog::EngineLog(ContainerRuntime& runtime, std::string_view project)
    : runtime_(runtime), project_(project), stream_(runtime.watch(project).value()),
      reader_([this](const std::stop_token& stop) { read(stop); }) {}

void EngineLog::read(const std::stop_token& stop) {
    while (auto event = stream_->next(stop)) {
        const std::lock_guard lock(mutex_);
        events_.push_back(std::move(*event));
    }
}

void EngineLog::resume() {
    reader_.request_stop();
    reader_.join();
    stream_.emplace(runtime_.watch(project_).value());
    const auto containers = runtime_.list(project_).value();
    for (const ContainerStatus& container : containers) {
        ContainerEvent event{.kind = ContainerEventKind::started,
                             .id = container.id,
                             .name = container.name,
                             .service = container.service,
                             .exit_code = container.exit_code};
        // One that was only created has not been started.
        if (container.started_at) {
            events_.push_back(event);
        }
        if (container.state == ContainerState::healthy || container.state == ContainerState::stopped) {
            event.kind = container.state == ContainerState::healthy ? ContainerEventKind::healthy
                                                                    : ContainerEventKind::exited;
            events_.push_back(event);
        }
    }
    reader_ = std::jthread([this](const std::stop_token& stop) { read(stop); });
}

std::vector<ContainerEvent> EngineLog::events() const {
    const std::lock_guard lock(mutex_);
    return events_;
}

} // namespace fairlead::model
