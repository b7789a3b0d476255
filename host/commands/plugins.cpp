// SPDX-License-Identifier: MIT
#include <fairlead/plugin_registry.hpp>

#include "../ui/json_output.hpp"
#include "../ui/table.hpp"
#include "commands.hpp"

namespace fairlead::host {

ExitCode plugins(Context& context) {
    auto config = context.runtime_config_without_stack();
    if (!config) {
        return context.fail_with(config.error());
    }
    const auto registry = PluginRegistry::standard(std::move(config->plugin_path));
    const std::vector<PluginInfo> found = registry.scan();
    if (context.json()) {
        context.out().line(json_of(found));
        return ExitCode::ok;
    }
    if (found.empty()) {
        std::string searched;
        for (const auto& directory : registry.directories()) {
            searched += "\n  " + directory.string();
        }
        context.out().line("No plugin found. Searched:" + searched);
        return ExitCode::ok;
    }
    std::vector<std::vector<std::string>> rows = {{"NAME", "VERSION", "STATUS", "PATH"}};
    for (const PluginInfo& plugin : found) {
        rows.push_back({plugin.name, plugin.version,
                        plugin.refused ? "refused: " + plugin.refused->message : "loadable",
                        plugin.path.string()});
    }
    context.out().write(table(rows));
    return ExitCode::ok;
}

} // namespace fairlead::host
