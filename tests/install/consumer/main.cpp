// SPDX-License-Identifier: MIT
//
// The least that a program can do with an installed fairlead: load an engine by name and ask who it is.
#include <cstdio>

#include <fairlead/plugin_registry.hpp>
#include <fairlead/version.hpp>

int main() {
    const auto registry = fairlead::PluginRegistry::standard();
    const auto runtime = registry.load("fake");
    if (!runtime) {
        std::fprintf(stderr, "%s\n", to_string(runtime.error()).c_str());
        return 1;
    }
    const auto version = (*runtime)->version();
    if (!version || version->engine != "fake") {
        return 1;
    }
    std::printf("fairlead %s, plugins in %s\n", FAIRLEAD_VERSION, registry.directories().back().c_str());
    return 0;
}
