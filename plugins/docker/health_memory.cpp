// SPDX-License-Identifier: MIT
#include "health_memory.hpp"

#include <utility>

namespace fairlead::docker {

void HealthMemory::remember(const Inspection& inspection, std::string output) {
    const std::lock_guard lock(mutex_);
    healthy_.insert_or_assign(inspection.status.id, Verdict{inspection.started, std::move(output)});
}

void HealthMemory::apply(Inspection& inspection) {
    const std::lock_guard lock(mutex_);
    const auto known = healthy_.find(inspection.status.id);
    if (known == healthy_.end()) {
        return;
    }
    ContainerStatus& status = inspection.status;
    if (status.state != ContainerState::starting || known->second.started != inspection.started) {
        healthy_.erase(known);
        return;
    }
    status.state = ContainerState::healthy;
    if (status.health_output.empty()) {
        status.health_output = known->second.output;
    }
}

} // namespace fairlead::docker
