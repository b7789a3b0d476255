// SPDX-License-Identifier: MIT
#include "stand.hpp"

#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

namespace fairlead::test {
namespace {

std::string variable(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : value;
}

} // namespace

Stand::Stand(std::string runtime) : project_(unique_project()), runtime_(std::move(runtime)) {
    environment = {{"HOME", folder_.path().string()},
                   {"XDG_CONFIG_HOME", std::nullopt},
                   {"FAIRLEAD_RUNTIME", std::nullopt},
                   {"FAIRLEAD_PLUGIN_PATH", std::nullopt},
                   {"IMAGE", variable("FAIRLEAD_TEST_IMAGE", "fairlead-test/busybox:latest")}};
}

std::string Stand::container(std::string_view service) const {
    return fmt::format("{}.{}", project_, service);
}

void Stand::options(const std::string& runtime, std::string_view json) {
    options_.insert_or_assign(runtime, json);
}

void Stand::stack(std::string_view services, std::string_view more) const {
    std::string options;
    for (const auto& [runtime, json] : options_) {
        options += fmt::format("{}\"{}\": {}", options.empty() ? "" : ", ", runtime, json);
    }
    folder_.write("fairlead.json", fmt::format(R"({{"name": "{}",
 "x-fairlead": {{"runtime": "{}", "options": {{{}}}}},
 "services": {}{}}})",
                                               project_, runtime_, options, services, more));
}

Command Stand::command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), variable("FAIRLEAD_COMMAND", "fairlead"));
    return {.arguments = std::move(arguments), .environment = environment, .folder = folder_.path()};
}

Outcome Stand::run(std::vector<std::string> arguments) const {
    return test::run(command(std::move(arguments)));
}

} // namespace fairlead::test
