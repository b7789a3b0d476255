// SPDX-License-Identifier: MIT
#include "command_line.hpp"

#include <chrono>
#include <cmath>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <fairlead/suggestion.hpp>
#include <fairlead/version.hpp>

#include "commands/commands.hpp"

namespace fairlead::host {
namespace {

using std::chrono::milliseconds;

constexpr const char* footer =
    "Stack file: fairlead.json, then compose.json, here or in a parent folder.\n"
    "Exit codes: 0 ok, 1 failed, 2 usage or bad file, 3 engine unreachable, "
    "130 interrupted.";

using Command = std::function<ExitCode(Context&)>;

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

/// Empty, or what is wrong: CLI11 itself only says between which two numbers it should lie.
std::string whole_number(const std::string& text) {
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    return digits ? "" : fmt::format("'{}' is not a whole number", text);
}

/// The names of what the word at hand could have been: options if it looks like one, else commands.
std::vector<std::string> candidates(const CLI::App& app, std::string_view word) {
    std::vector<std::string> names;
    if (word.starts_with("--")) {
        for (const CLI::App* each :
             {&app, app.get_subcommands().empty() ? &app : app.get_subcommands()[0]}) {
            for (const CLI::Option* option : each->get_options()) {
                for (const std::string& name : option->get_lnames()) {
                    names.push_back("--" + name);
                }
            }
        }
    } else if (app.get_subcommands().empty()) {
        for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
            names.push_back(command->get_name());
        }
    }
    return names;
}

} // namespace

/// The command line, as CLI11 sees it, and what was read from it.
class CommandLine::Parser {
public:
    CLI::App app{"Runs the containers of a Compose-style stack on any engine."};

    GlobalOptions global;
    UpOptions up;
    RestartOptions restart;
    DownOptions down;
    PsOptions ps;
    LogsOptions logs;
    ConfigOptions config;
    ConformanceOptions conformance;
    Command chosen;

    Parser();

    /// What is wrong with the arguments, in our own words.
    [[nodiscard]] std::string complaint(const CLI::ParseError& error) const;

private:
    CLI::App* command(const char* name, const char* text, Command run);
    void add_global();
    void add_up();
    void add_convergence(CLI::App* command);
    void add_restart();
    void add_down();
    void add_ps_and_logs();
    void add_conformance();
};

CommandLine::Parser::Parser() {
    app.name("fairlead");
    app.footer(footer);
    app.require_subcommand(1);
    app.fallthrough();
    app.set_version_flag("--version", "fairlead " FAIRLEAD_VERSION);
    add_global();
    add_up();
    add_restart();
    add_down();
    add_ps_and_logs();
    auto* check = command("config", "Check the stack file and print it, resolved",
                          [this](Context& context) { return fairlead::host::config(context, config); });
    check->add_flag("-q,--quiet", config.quiet, "Only check");
    add_conformance();
    command("plugins", "List the runtime plugins that are found", fairlead::host::plugins);
    command("version", "Show the versions of fairlead and of the engine", fairlead::host::version);
}

CLI::App* CommandLine::Parser::command(const char* name, const char* text, Command run) {
    auto* command = app.add_subcommand(name, text);
    command->footer(footer);
    command->callback([this, run = std::move(run)] { chosen = run; });
    return command;
}

void CommandLine::Parser::add_global() {
    app.add_option("-f,--file", global.file, "Stack file")->type_name("FILE");
    app.add_option("-p,--project", global.project, "Project name, instead of the file's")
        ->type_name("NAME");
    app.add_option("--runtime", global.runtime, "Engine, instead of the file's")->type_name("NAME");
    app.add_option("--profile", global.profiles, "Turn a profile on; may be repeated")
        ->type_name("NAME")
        ->allow_extra_args(false);
    app.add_option_function<std::string>(
           "--format",
           [this](const std::string& name) {
               global.format = name == "json" ? Format::json : Format::text;
           },
           "Output: text or json")
        ->check(CLI::IsMember({"text", "json"}).description(""))
        ->type_name("FORMAT");
}

void CommandLine::Parser::add_up() {
    auto* command = this->command("up", "Start the stack; without -d, show its logs until Ctrl-C",
                                  [this](Context& context) { return fairlead::host::up(context, up); });
    command->add_flag("-d,--detach", up.detach, "Return once everything is up");
    command->add_flag("--build", up.build, "Build images even when they are there");
    command->add_flag_callback(
        "--no-prefix", [this] { up.prefix = false; }, "Do not put the service before each log line");
    add_seconds(command, "--wait-timeout", up.wait_timeout,
                "How long a service may take to become healthy");
    add_seconds(command, "-t,--timeout", up.stop_timeout, "How long a stop waits before it kills");
    add_convergence(command);
    command->add_flag("--timings", up.timings, "Show where the time of the start went");
    CLI::Option* abort =
        command->add_flag("--abort-on-exit,--abort-on-container-exit", up.abort_on_exit,
                          "Take the stack down as soon as a service ends; return its exit code");
    CLI::Option* from = command->add_option("--exit-code-from", up.exit_code_from,
                                            "The same, but return this service's exit code");
    from->type_name("SERVICE");
    for (auto* attached : {abort, from}) {
        attached->excludes(command->get_option("--detach"));
    }
    command->add_option("SERVICE", up.services, "Only these services and what they depend on")
        ->type_name("");
}

void CommandLine::Parser::add_convergence(CLI::App* command) {
    auto* always = command->add_flag_callback(
        "--force-recreate", [this] { up.recreate = Recreate::always; },
        "Replace containers that run already, even when nothing has changed");
    auto* never = command->add_flag_callback(
        "--no-recreate", [this] { up.recreate = Recreate::never; },
        "Leave containers that run already as they are, even when something has changed");
    never->excludes(always);
    command->add_flag("--remove-orphans", up.remove_orphans,
                      "Remove containers of services that the file no longer has");
}

void CommandLine::Parser::add_restart() {
    auto* command = this->command(
        "restart", "Replace services' containers by new ones, and those of depends_on.restart",
        [this](Context& context) { return fairlead::host::restart(context, restart); });
    add_seconds(command, "--wait-timeout", restart.wait_timeout,
                "How long a service may take to become healthy");
    add_seconds(command, "-t,--timeout", restart.stop_timeout, "How long a stop waits before it kills");
    command->add_option("SERVICE", restart.services, "These services")->type_name("")->required();
}

void CommandLine::Parser::add_down() {
    auto* command =
        this->command("down", "Stop and remove the project's containers and networks",
                      [this](Context& context) { return fairlead::host::down(context, down); });
    command->add_flag("-v,--volumes", down.volumes, "Remove its named volumes too, with their data");
    add_seconds(command, "-t,--timeout", down.stop_timeout, "How long a stop waits before it kills");
}

void CommandLine::Parser::add_ps_and_logs() {
    auto* list = command("ps", "List the project's containers",
                         [this](Context& context) { return fairlead::host::ps(context, ps); });
    list->add_flag("-a,--all", ps.all, "Stopped ones too");
    auto* show = command("logs", "Show the containers' output",
                         [this](Context& context) { return fairlead::host::logs(context, logs); });
    show->add_flag("-f,--follow", logs.follow, "Go on until the containers end");
    show->add_option("--tail,-n", logs.tail, "Only the last so many lines of each")
        ->check(whole_number)
        ->type_name("N");
    show->add_option("--since", logs.since,
                     "Only since a time, or for so long: 2024-05-01T12:00:00Z, 10m")
        ->type_name("TIME");
    show->add_flag("-t,--timestamps", logs.timestamps, "Put the time before each line");
    show->add_flag_callback(
        "--no-prefix", [this] { logs.prefix = false; }, "Do not put the service before each line");
    show->add_option("SERVICE", logs.services, "Only these services")->type_name("");
}

void CommandLine::Parser::add_conformance() {
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
    command->add_flag("--strict", conformance.strict, "A field that the engine refuses is a failure");
    command->add_flag("--list", conformance.list, "Only list the cases");
}

std::string CommandLine::Parser::complaint(const CLI::ParseError& error) const {
    const std::vector<std::string> unknown = app.remaining(true);
    if (unknown.empty()) {
        return app.get_subcommands().empty() ? "no command is given" : error.what();
    }
    const bool command = app.get_subcommands().empty() && !unknown.front().starts_with('-');
    std::string text = fmt::format("unknown {} '{}'", command ? "command" : "argument", unknown.front());
    const std::vector<std::string> names = candidates(app, unknown.front());
    const std::vector<std::string_view> views(names.begin(), names.end());
    if (const auto meant = closest_word(unknown.front(), views)) {
        text += fmt::format("\n  hint: Did you mean '{}'?", *meant);
    }
    return text;
}

CommandLine::CommandLine() : parser_(std::make_unique<Parser>()) {}
CommandLine::~CommandLine() = default;

std::optional<ExitCode> CommandLine::parse(int argc, char** argv) {
    try {
        parser_->app.parse(argc, argv);
        return std::nullopt;
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            parser_->app.exit(error);
            return ExitCode::ok;
        }
        fmt::print(stderr, "fairlead: {}\n`fairlead --help` shows what there is.\n",
                   parser_->complaint(error));
        return ExitCode::usage;
    }
}

const GlobalOptions& CommandLine::global() const {
    return parser_->global;
}

ExitCode CommandLine::run(Context& context) const {
    return parser_->chosen(context);
}

} // namespace fairlead::host
