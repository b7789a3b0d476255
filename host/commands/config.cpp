// SPDX-License-Identifier: MIT
#include <fairlead/lifecycle_plan.hpp>
#include <fairlead/stack_file.hpp>

#include "commands.hpp"

namespace fairlead::host {

ExitCode config(Context& context, const ConfigOptions& options) {
    auto file = context.stack();
    if (!file) {
        return context.fail_with(file.error());
    }
    auto services = select_services(file->stack, {}, context.options().profiles);
    if (!services) {
        return context.fail_with(services.error());
    }
    file->stack.services = std::move(*services);
    if (const auto plan = LifecyclePlan::create(file->stack.services); !plan) {
        return context.fail_with(plan.error());
    }
    if (!options.quiet) {
        context.out().line(write_stack(file->stack));
    }
    return ExitCode::ok;
}

} // namespace fairlead::host
