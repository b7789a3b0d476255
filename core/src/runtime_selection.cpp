// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <utility>

#include <fairlead/plugin_registry.hpp>
#include <fairlead/runtime_config.hpp>

namespace fairlead {

RuntimeConfig select_runtime(std::string_view flag, const RuntimeConfig& stack,
                             const RuntimeConfig& user) {
    RuntimeConfig chosen = stack;
    const char* environment = std::getenv("FAIRLEAD_RUNTIME");
    if (!flag.empty()) {
        chosen.runtime = flag;
    } else if (environment != nullptr && *environment != '\0') {
        chosen.runtime = environment;
    } else if (!chosen.runtime) {
        chosen.runtime = user.runtime.value_or(std::string(default_runtime));
    }
    chosen.plugin_path.insert(chosen.plugin_path.end(), user.plugin_path.begin(), user.plugin_path.end());
    chosen.options.insert(user.options.begin(), user.options.end());
    return chosen;
}

Result<std::shared_ptr<ContainerRuntime>> load_runtime(const RuntimeConfig& config) {
    const std::string name = config.runtime.value_or(std::string(default_runtime));
    const auto options = config.options.find(name);
    return PluginRegistry::standard(config.plugin_path)
        .load(name, options == config.options.end() ? "{}" : options->second);
}

} // namespace fairlead
