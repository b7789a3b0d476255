// SPDX-License-Identifier: MIT
#include "context.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace fairlead::host {

Context::Context(const GlobalOptions& options, Interrupt& interrupt, Output& out, Output& err)
    : options_(options), interrupt_(interrupt), out_(out), err_(err) {}

ExitCode Context::fail_with(const Error& error) {
    // What ended because its output cannot be written any more was cancelled by nobody else.
    if (error.code != Errc::cancelled || !out_.failed()) {
        err_.line(json() ? to_json(error) : "fairlead: " + to_string(error));
    }
    return exit_code_of(error);
}

Result<std::filesystem::path> Context::stack_path() const {
    if (!options_.file.empty()) {
        return options_.file;
    }
    std::error_code error;
    return find_stack_file(std::filesystem::current_path(error));
}

Result<StackFile> Context::stack() {
    const auto path = stack_path();
    if (!path) {
        return std::unexpected(path.error());
    }
    auto stack = read_stack_file(*path, {.project = options_.project, .environment = {}});
    if (stack) {
        for (const std::string& warning : stack->warnings) {
            err_.line("fairlead: warning: " + warning);
        }
    }
    return stack;
}

Result<RuntimeConfig> Context::runtime_config(const RuntimeConfig& of_stack) const {
    auto user = read_user_config();
    if (!user) {
        return user;
    }
    return select_runtime(options_.runtime, of_stack, *user);
}

Result<std::shared_ptr<ContainerRuntime>> Context::runtime(const RuntimeConfig& of_stack) {
    auto config = runtime_config(of_stack);
    if (!config) {
        return std::unexpected(std::move(config.error()));
    }
    return load_runtime(*config);
}

Result<Target> Context::target() {
    std::string project = options_.project;
    RuntimeConfig of_stack;
    // A project that is named can do without a file; one that is there still says which engine.
    if (project.empty() || stack_path()) {
        auto file = stack();
        if (!file) {
            return std::unexpected(std::move(file.error()));
        }
        project = file->stack.name;
        of_stack = std::move(file->stack.runtime);
    }
    auto loaded = runtime(of_stack);
    if (!loaded) {
        return std::unexpected(std::move(loaded.error()));
    }
    return Target{.project = std::move(project), .runtime = std::move(*loaded)};
}

Result<RuntimeConfig> Context::runtime_config_without_stack() const {
    const auto path = stack_path();
    auto of_stack = path ? read_runtime_config(*path) : RuntimeConfig{};
    if (!of_stack) {
        return of_stack;
    }
    return runtime_config(*of_stack);
}

} // namespace fairlead::host
