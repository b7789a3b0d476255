// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/plugin_registry.hpp>
#include <fairlead/runtime.hpp>
#include <fairlead/stack_file.hpp>

#include "exit_code.hpp"
#include "interrupt.hpp"
#include "ui/output.hpp"

namespace fairlead::host {

enum class Format { text, json };

/// The options that every command takes.
struct GlobalOptions {
    std::string file;
    std::string project;
    std::string runtime;
    Format format = Format::text;
    std::vector<std::string> profiles;
};

/// A project on an engine: all that commands need which work from labels alone.
struct Target {
    std::string project;
    std::shared_ptr<ContainerRuntime> runtime;
};

/// What the commands share: options, output, interruption, and how to get at stack and engine.
class Context {
public:
    Context(const GlobalOptions& options, Interrupt& interrupt, Output& out, Output& err);

    [[nodiscard]] const GlobalOptions& options() const { return options_; }
    [[nodiscard]] bool json() const { return options_.format == Format::json; }
    [[nodiscard]] Output& out() { return out_; }
    [[nodiscard]] Output& err() { return err_; }
    [[nodiscard]] Interrupt& interrupt() { return interrupt_; }
    [[nodiscard]] std::stop_token stop() const { return interrupt_.token(); }

    /// Prints an error and says how the process shall end.
    ExitCode fail_with(const Error& error);

    /// Reads the stack file, named or found, and prints its warnings.
    [[nodiscard]] Result<StackFile> stack();

    /// The runtime that the flag, the environment, the stack or the user's configuration names.
    [[nodiscard]] Result<std::shared_ptr<ContainerRuntime>> runtime(const RuntimeConfig& of_stack);

    /// For commands that work from labels: no stack file is needed when `--project` is given.
    [[nodiscard]] Result<Target> target();

    /// For commands about engines alone: reads no more of a stack file than which engine it names, if
    /// there is one at all.
    [[nodiscard]] Result<RuntimeConfig> runtime_config_without_stack() const;

private:
    [[nodiscard]] Result<std::filesystem::path> stack_path() const;
    [[nodiscard]] Result<RuntimeConfig> runtime_config(const RuntimeConfig& of_stack) const;

    const GlobalOptions& options_;
    Interrupt& interrupt_;
    Output& out_;
    Output& err_;
};

} // namespace fairlead::host
