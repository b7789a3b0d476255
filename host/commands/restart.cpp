// SPDX-License-Identifier: MIT
#include <utility>

#include <fmt/format.h>

#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/lifecycle_plan.hpp>

#include "../ui/narrator.hpp"
#include "commands.hpp"

namespace fairlead::host {

ExitCode restart(Context& context, const RestartOptions& options) {
    auto file = context.stack();
    if (!file) {
        return context.fail_with(file.error());
    }
    // All of them: which of those that depend on a service go with it does not depend on profiles.
    auto plan = LifecyclePlan::create(std::move(file->stack.services));
    if (!plan) {
        return context.fail_with(plan.error());
    }
    auto runtime = context.runtime(file->stack.runtime);
    if (!runtime) {
        return context.fail_with(runtime.error());
    }
    LifecycleManager manager(
        std::move(*runtime), file->stack.name, std::move(*plan),
        {.health_timeout = options.wait_timeout, .stop_grace = options.stop_timeout});
    Narrator narrator(context, manager);
    Result<void> restarted;
    for (const std::string& service : options.services) {
        if (restarted) {
            restarted = manager.restart(service, context.stop());
        }
    }
    narrator.finish();
    return restarted ? ExitCode::ok : context.fail_with(restarted.error());
}

} // namespace fairlead::host
