// SPDX-License-Identifier: MIT
#include "container.hpp"

namespace fairlead::fake {
namespace {

ContainerState running_state(const Container& container) {
    if (!container.check) {
        return ContainerState::running;
    }
    switch (container.health) {
    case Health::starting:
        return ContainerState::starting;
    case Health::healthy:
        return ContainerState::healthy;
    case Health::unhealthy:
        return ContainerState::unhealthy;
    }
    return ContainerState::starting;
}

ContainerState state_of(const Container& container) {
    switch (container.phase) {
    case Phase::created:
    case Phase::restarting:
        return ContainerState::starting;
    case Phase::running:
        return running_state(container);
    case Phase::stopped:
    case Phase::removed:
        return ContainerState::stopped;
    }
    return ContainerState::stopped;
}

} // namespace

ContainerStatus status_of(const Container& container) {
    ContainerStatus status{.id = container.id,
                           .name = container.name,
                           .project = container.project,
                           .service = container.service,
                           .image = container.image,
                           .state = state_of(container),
                           .has_healthcheck = container.check.has_value(),
                           .oom_killed = container.oom_killed,
                           .restarts = container.restarts,
                           .created_at = container.created_at,
                           .started_at = container.started_at,
                           .finished_at = container.finished_at,
                           .health_output = container.health_output,
                           .labels = container.labels};
    if (status.state == ContainerState::stopped) {
        status.exit_code = container.exit_code;
    }
    if (container.phase == Phase::running) {
        status.ports = container.published;
    }
    return status;
}

} // namespace fairlead::fake
