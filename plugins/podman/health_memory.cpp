// SPDX-License-Identifier: MIT
#include "health_memory.hpp"

namespace fairlead::podman {

void HealthMemory::remember(const Inspection& inspection, std::string output) {
    const std::lock_guard lock(mutex_);
    healthy_.insert_or_assign(inspection.status.id,
                              Verdict{.started = inspection.started, .output = std::move(output)});
}

void HealthMemory::apply(Inspection& inspection) {
    const std::lock_guard lock(mutex_);
    const auto found = healthy_.find(inspection.status.id);
    if (found == healthy_.end()) {
        return;
    }
    if (inspection.status.state != ContainerState::starting ||
        found->second.started != inspection.started) {
        healthy_.erase(found);
        return;
    }
    inspection.status.state = ContainerState::healthy;
    inspection.status.health_output = found->second.output;
}

} // namespace fairlead::podman
