// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <suite.hpp>

#include "commands.hpp"

namespace fairlead::host {
ExitCode conformance(Context& context, const ConformanceOptions& options) {
    if (options.list) {
        for (const auto& each : conformance::list_cases(options.pattern)) {
            context.out().line(fmt::format("{:<34}  {}", each.id, each.claim));
        }
        return ExitCode::ok;
    }
    auto config = context.runtime_config_without_stack();
    if (!config) {
        return context.fail_with(config.error());
    }
    conformance::SuiteOptions suite;
    suite.runtime = config->runtime.value_or(std::string(default_runtime));
    if (!options.options.empty()) {
        suite.options = options.options;
    } else if (const auto found = config->options.find(suite.runtime); found != config->options.end()) {
        suite.options = found->second;
    }
    suite.plugin_path = std::move(config->plugin_path);
    suite.image = options.image;
    suite.registry = options.registry;
    suite.pattern = options.pattern;
    suite.parallel = options.parallel;
    suite.strict = options.strict;
    if (!context.json()) {
        suite.observer = [&context](const conformance::CaseReport& report) {
            context.out().write(conformance::text_of(report));
        };
    }
    const auto report = conformance::run_suite(suite, context.stop());
    if (!report) {
        return context.fail_with(report.error());
    }
    context.out().line(context.json() ? conformance::json_of(*report) : conformance::summary_of(*report));
    return report->passed() ? ExitCode::ok : ExitCode::failed;
}

} // namespace fairlead::host
