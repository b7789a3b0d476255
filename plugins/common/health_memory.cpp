// SPDX-License-Identifier: MIT
#include "health_memory.hpp"

#include <utility>

namespace fairlead::plugin {

void HealthMemory::remember(const ContainerId& container, std::string started, std::string output) {
    const std::lock_guard lock(mutex_);
    healthy_.insert_or_assign(container,
                              Verdict{.started = std::move(started), .output = std::move(output)});
}

void HealthMemory::apply(ContainerStatus& status, std::string_view started) {
    const std::lock_guard lock(mutex_);
    const auto known = healthy_.find(status.id);
    if (known == healthy_.end()) {
        return;
    }
    if (status.state != ContainerState::starting || known->second.started != started) {
        healthy_.erase(known);
        return;
    }
    status.state = ContainerState::healthy;
    if (output_ == Output::own || status.health_output.empty()) {
        status.health_output = known->second.output;
    }
}

} // namespace fairlead::plugin
