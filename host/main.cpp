// SPDX-License-Identifier: MIT
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <fairlead/version.hpp>

#include "commands/commands.hpp"

namespace {

using namespace fairlead::host;
using std::chrono::milliseconds;

constexpr const char* footer =
    "Stack file: fairlead.json, then compose.json, here or in a parent folder.\n"
    "Exit codes: 0 ok, 1 failed, 2 usage or bad file, 3 engine unreachable, "
    "130 interrupted.";

using Command = std::function<ExitCode(Context&)>;

/// The command line, as CLI11 sees it, and what was read from it.
struct CommandLine {
    CLI::App app{"Runs the containers of a Compose-style stack on any engine."};
    GlobalOptions global;
    UpOptions up;
    DownOptions down;
    PsOptions ps;
    LogsOptions logs;
    ConfigOptions config;
    ConformanceOptions conformance;
    Command chosen;

    CommandLine();

private:
    CLI::App* command(const char* name, const char* text, Command run);
    void add_global();
    void add_up();
    void add_down();
    void add_ps_and_logs();
    void add_conformance();
};

/// Seconds, with decimals, as everywhere in Compose's command line.
void add_seconds(CLI::App* command, const char* names, std::optional<milliseconds>& target,
                 const char* text) {
    command
        ->add_option_function<double>(
            names, [&target](double seconds) { target = milliseconds(std::llround(seconds * 1000)); },
            text)
        ->check(CLI::Range(0.0, 1e9).description(""))
        ->type_name("SECONDS");
}

CommandLine::CommandLine() {
    app.footer(footer);
    app.require_subcommand(1);
    app.fallthrough();
    app.set_version_flag("--version", "fairlead " FAIRLEAD_VERSION);
    add_global();
    add_up();
    add_down();
    add_ps_and_logs();
    auto* check = command("config", "Check the stack file and print it, resolved",
                          [this](Context& context) { return fairlead::host::config(context, config); });
    check->add_flag("-q,--quiet", config.quiet, "Only check");
    add_conformance();
    command("plugins", "List the runtime plugins that are found", fairlead::host::plugins);
    command("version", "Show the versions of fairlead and of the engine", fairlead::host::version);
}

CLI::App* CommandLine::command(const char* name, const char* text, Command run) {
    auto* command = app.add_subcommand(name, text);
    command->footer(footer);
    command->callback([this, run = std::move(run)] { chosen = run; });
    return command;
}

void CommandLine::add_global() {
    const std::map<std::string, Format> formats{{"text", Format::text}, {"json", Format::json}};
    app.add_option("-f,--file", global.file, "Stack file")->type_name("FILE");
    app.add_option("-p,--project", global.project, "Project name, instead of the file's")
        ->type_name("NAME");
    app.add_option("--runtime", global.runtime, "Engine, instead of the file's")->type_name("NAME");
    app.add_option("--profile", global.profiles, "Turn a profile on; may be repeated")
        ->type_name("NAME")
        ->allow_extra_args(false);
    app.add_option("--format", global.format, "Output: text or json")
        ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case).description(""))
        ->type_name("FORMAT");
}

void CommandLine::add_up() {
    auto* command = this->command("up", "Start the stack; without -d, show its logs until Ctrl-C",
                                  [this](Context& context) { return fairlead::host::up(context, up); });
    command->add_flag("-d,--detach", up.detach, "Return once everything is up");
    command->add_flag("--build", up.build, "Build images even when they are there");
    command->add_flag("!--no-prefix", up.prefix, "Do not put the service before each log line");
    add_seconds(command, "--wait-timeout", up.wait_timeout,
                "How long a service may take to become healthy");
    add_seconds(command, "-t,--timeout", up.stop_timeout, "How long a stop waits before it kills");
    command->add_option("SERVICE", up.services, "Only these services and what they depend on");
}

void CommandLine::add_down() {
    auto* command =
        this->command("down", "Stop and remove the project's containers and networks",
                      [this](Context& context) { return fairlead::host::down(context, down); });
    command->add_flag("-v,--volumes", down.volumes, "Remove its named volumes too, with their data");
    add_seconds(command, "-t,--timeout", down.stop_timeout, "How long a stop waits before it kills");
}

void CommandLine::add_ps_and_logs() {
    auto* list = command("ps", "List the project's containers",
                         [this](Context& context) { return fairlead::host::ps(context, ps); });
    list->add_flag("-a,--all", ps.all, "Stopped ones too");
    auto* show = command("logs", "Show the containers' output",
                         [this](Context& context) { return fairlead::host::logs(context, logs); });
    show->add_flag("-f,--follow", logs.follow, "Go on until the containers end");
    show->add_option("--tail,-n", logs.tail, "Only the last so many lines of each")
        ->check(CLI::NonNegativeNumber.description(""))
        ->type_name("N");
    show->add_option("--since", logs.since,
                     "Only since a time, or for so long: 2024-05-01T12:00:00Z, 10m")
        ->type_name("TIME");
    show->add_flag("-t,--timestamps", logs.timestamps, "Put the time before each line");
    show->add_flag("!--no-prefix", logs.prefix, "Do not put the service before each line");
    show->add_option("SERVICE", logs.services, "Only these services");
}

void CommandLine::add_conformance() {
    auto* command = this->command(
        "conformance", "Check that a runtime plugin keeps the contract",
        [this](Context& context) { return fairlead::host::conformance(context, conformance); });
    command->add_option("--options", conformance.options, "The engine's options, instead of the file's")
        ->type_name("JSON");
    command->add_option("--image", conformance.image, "An image with /bin/sh and busybox's commands")
        ->envname("FAIRLEAD_TEST_IMAGE")
        ->type_name("NAME");
    command->add_option("--registry", conformance.registry, "A registry with fairlead-test/busybox")
        ->envname("FAIRLEAD_TEST_REGISTRY")
        ->type_name("HOST:PORT");
    command->add_option("--case", conformance.pattern, "Only cases whose name matches, as in 'logs/*'")
        ->type_name("PATTERN");
    command->add_option("--parallel", conformance.parallel, "How many cases run at once (default 4)")
        ->check(CLI::Range(1, 64).description(""))
        ->type_name("N");
    command->add_flag("--list", conformance.list, "Only list the cases");
}

ExitCode run(CommandLine& line, Interrupt& interrupt) {
    Output out(STDOUT_FILENO);
    Output err(STDERR_FILENO);
    Context context(line.global, interrupt, out, err);
    const ExitCode code = line.chosen(context);
    // What could not be printed was not said.
    if (code != ExitCode::ok && code != ExitCode::interrupted) {
        return code;
    }
    if (out.failed()) {
        // A reader that has had enough knows; of a full disk nobody else would tell.
        if (out.failure() != EPIPE) {
            err.line("fairlead: cannot write to standard output: " +
                     std::generic_category().message(out.failure()));
        }
        return ExitCode::failed;
    }
    return err.failed() ? ExitCode::failed : code;
}

} // namespace

int main(int argc, char** argv) {
    try {
        CommandLine line;
        try {
            line.app.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            const bool asked_for_help = line.app.exit(error) == 0;
            return static_cast<int>(asked_for_help ? ExitCode::ok : ExitCode::usage);
        }
        std::signal(SIGPIPE, SIG_IGN);
        Interrupt interrupt;
        return static_cast<int>(run(line, interrupt));
    } catch (const std::exception& error) {
        fmt::print(stderr, "fairlead: {}\n", error.what());
        return static_cast<int>(ExitCode::failed);
    }
}
