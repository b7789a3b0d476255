// SPDX-License-Identifier: MIT
//
// A host that has a Boost and an nlohmann_json of its own: the first as decoys (make-decoys) under every
// name that fairlead's libraries hold inside, the second with a layout that fits nobody else's. All of it
// is exported from the executable, where the dynamic linker looks first.
//
// usage: other-libraries-host RUNTIME...
#define JSON_DIAGNOSTICS 1

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>
#include <stdlib.h>
#include <unistd.h>

#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/plugin_registry.hpp>
#include <fairlead/stack_file.hpp>

#include "private_engine.hpp"

using namespace fairlead;
using namespace fairlead::test;
using nlohmann::json;

namespace {

int failed(const Error& error) {
    std::fprintf(stderr, "%s\n", to_string(error).c_str());
    return 1;
}

/// Writes a stack file with the host's own JSON library, to be read with fairlead's.
std::filesystem::path write_stack(const std::string& runtime, const std::filesystem::path& folder) {
    const json stack{
        {"name", "hosts-own-" + std::to_string(::getpid())},
        {"x-fairlead",
         {{"runtime", runtime}, {"options", {{runtime, json::parse(engine_options(runtime))}}}}},
        {"services",
         {{"one",
           {{"image", variable("FAIRLEAD_TEST_IMAGE", "busybox")},
            {"command", {"sleep", "60"}},
            {"stop_signal", "SIGKILL"},
            {"healthcheck", {{"test", {"CMD", "true"}}}}}}}}};
    const auto path = folder / (runtime + ".json");
    std::ofstream(path) << stack.dump(2);
    return path;
}

int run_stack(const std::string& runtime, const std::filesystem::path& folder) {
    const auto file = read_stack_file(write_stack(runtime, folder));
    if (!file) {
        return failed(file.error());
    }
    auto engine = load_runtime(file->stack.runtime);
    if (!engine) {
        return failed(engine.error());
    }
    auto plan = LifecyclePlan::create(file->stack.services);
    if (!plan) {
        return failed(plan.error());
    }
    LifecycleManager manager(*engine, file->stack.name, std::move(*plan));
    if (const auto up = manager.start_all(); !up) {
        return failed(up.error());
    }
    if (const auto down = manager.stop_all(); !down) {
        return failed(down.error());
    }
    std::printf("%s: up and down\n", runtime.c_str());
    return 0;
}

/// Where no engine has been started for tests: the plugin is loaded and reads its options.
int load_only(const std::string& runtime) {
    auto engine = PluginRegistry::standard().load(runtime, engine_options(runtime));
    if (!engine) {
        return failed(engine.error());
    }
    std::printf("%s: loaded; no engine of it was started for tests\n", runtime.c_str());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    std::string name = (std::filesystem::temp_directory_path() / "fairlead-host-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        std::perror(name.c_str());
        return 1;
    }
    int failures = 0;
    for (int i = 1; i < argc; ++i) {
        const std::string runtime = argv[i];
        failures += is_ours(runtime) ? run_stack(runtime, name) : load_only(runtime);
    }
    std::filesystem::remove_all(name);
    return failures == 0 ? 0 : 1;
}
