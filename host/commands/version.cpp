// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <fairlead/plugin.hpp>

#include "../ui/json_output.hpp"
#include "commands.hpp"

namespace fairlead::host {
namespace {

VersionInfo ask(Context& context) {
    VersionInfo info{.toolchain = toolchain_tag, .runtime = {}, .engine = {}, .error = {}};
    const auto config = context.runtime_config_without_stack();
    if (!config) {
        info.error = config.error();
        return info;
    }
    info.runtime = config->runtime.value_or(std::string(default_runtime));
    const auto runtime = load_runtime(*config);
    if (!runtime) {
        info.error = runtime.error();
        return info;
    }
    auto engine = (*runtime)->version(context.stop());
    if (engine) {
        info.engine = std::move(*engine);
    } else {
        info.error = std::move(engine.error());
    }
    return info;
}

} // namespace

ExitCode version(Context& context) {
    const VersionInfo info = ask(context);
    if (context.json()) {
        context.out().line(json_of(info));
        return ExitCode::ok;
    }
    context.out().line(
        fmt::format("fairlead {} (plugin ABI {}, {})", FAIRLEAD_VERSION, plugin_abi, info.toolchain));
    if (info.engine) {
        const std::string api =
            info.engine->api.empty() ? "" : fmt::format(" (API {})", info.engine->api);
        context.out().line(fmt::format("{} {}{}", info.engine->engine, info.engine->version, api));
    } else if (info.error) {
        context.out().line(fmt::format("{}: no answer\n{}", info.runtime, to_string(*info.error)));
    }
    return ExitCode::ok;
}

} // namespace fairlead::host
