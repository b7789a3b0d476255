// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/format.h>

#include "../ui/json_output.hpp"
#include "../ui/table.hpp"
#include "commands.hpp"

namespace fairlead::host {

ExitCode ps(Context& context, const PsOptions& options) {
    const auto target = context.target();
    if (!target) {
        return context.fail_with(target.error());
    }
    auto containers = target->runtime->list(target->project, context.stop());
    if (!containers) {
        return context.fail_with(containers.error());
    }
    if (!options.all) {
        std::erase_if(*containers, [](const ContainerStatus& container) {
            return container.state == ContainerState::stopped;
        });
    }
    std::ranges::sort(*containers, {}, &ContainerStatus::service);
    if (context.json()) {
        context.out().line(json_of(*containers));
        return ExitCode::ok;
    }
    std::vector<std::vector<std::string>> rows = {{"SERVICE", "CONTAINER", "STATE", "PORTS", "IMAGE"}};
    for (const ContainerStatus& container : *containers) {
        std::string state(to_string(container.state));
        if (container.exit_code) {
            state += fmt::format(" ({})", *container.exit_code);
        }
        rows.push_back({container.service, container.name, std::move(state), to_string(container.ports),
                        container.image});
    }
    context.out().write(table(rows));
    return ExitCode::ok;
}

} // namespace fairlead::host
