// SPDX-License-Identifier: MIT
#include "backdoor.hpp"

#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "check.hpp"
#include "command.hpp"

namespace fairlead::conformance {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

std::string text_of(const Json& options, const char* key, std::string otherwise = {}) {
    return options.contains(key) && options[key].is_string() ? options[key].get<std::string>()
                                                             : otherwise;
}

Words docker_program(const Json& options) {
    Words program = {"docker"};
    if (const std::string host = text_of(options, "host"); !host.empty()) {
        program.insert(program.end(), {"--host", host});
    }
    if (const std::string context = text_of(options, "context"); !context.empty()) {
        program.insert(program.end(), {"--context", context});
    }
    return program;
}

Words podman_program(const Json& options) {
    Words program = {text_of(options, "path", "podman")};
    for (const char* key : {"root", "runroot", "connection"}) {
        if (const std::string given = text_of(options, key); !given.empty()) {
            program.insert(program.end(), {fmt::format("--{}", key), given});
        }
    }
    for (const Json& extra : options.value("extra_args", Json::array())) {
        program.push_back(extra.get<std::string>());
    }
    return program;
}

} // namespace

Result<Backdoor> Backdoor::open(std::string_view runtime, std::string_view options) {
    const Json json = Json::parse(options, nullptr, false);
    if (!json.is_object()) {
        return fail({.code = Errc::invalid_spec,
                     .operation = "read options",
                     .subject = std::string(runtime),
                     .message = "they are not a JSON object",
                     .hint = "Give --options an object, for example '{\"root\": \"/srv/podman\"}'."});
    }
    Backdoor door;
    door.runtime_ = runtime;
    door.options_ = options;
    if (runtime == "docker") {
        door.program_ = docker_program(json);
        door.unreachable_ = R"({"host": "unix:///nonexistent/engine.sock"})";
    } else if (runtime == "podman") {
        door.program_ = podman_program(json);
        door.unreachable_ = R"({"path": "/nonexistent/podman"})";
    } else if (runtime == "fake") {
        // The case tells the engine to go away.
        door.unreachable_ = "{}";
        door.reason_ = "the in-memory engine has no command line of its own to be looked at with";
        return door;
    } else {
        door.reason_ = fmt::format("the suite knows no command line of the engine '{}'", runtime);
        return door;
    }
    if (!is_program(door.program_.front())) {
        door.reason_ = fmt::format("the program '{}' is not installed", door.program_.front());
    }
    return door;
}

std::string Backdoor::options_for(std::string_view project) const {
    if (runtime_ != "fake") {
        return options_;
    }
    Json json = Json::parse(options_);
    for (const char* key : {"networks", "volumes"}) {
        json[key].push_back(foreign_name(project));
    }
    return json.dump();
}

std::string Backdoor::foreign_name(std::string_view project) {
    return fmt::format("{}.foreign", project);
}

int Backdoor::run(Words arguments, std::string* output) const {
    Words all = program_;
    all.insert(all.end(), arguments.begin(), arguments.end());
    const CommandResult result = run_command(all);
    if (output != nullptr) {
        *output = result.output;
    }
    return result.exit_code;
}

void Backdoor::must(Words arguments) const {
    std::string output;
    if (run(arguments, &output) != 0) {
        fail_case(fmt::format("the suite could not set the case up: {} {}: {}", program_.front(),
                              fmt::join(arguments, " "), output));
    }
}

ContainerId Backdoor::run_container(const std::string& name, const std::string& image) const {
    std::string output;
    // Process 1 ignores signals that it has no handler for; its removal shall not wait for that.
    const Words arguments = {"run",           "--detach", "--name", name,    "--network", "none",
                             "--stop-signal", "KILL",     image,    "sleep", "1000"};
    if (run(arguments, &output) != 0) {
        fail_case("the suite could not start a foreign container: " + output);
    }
    // Warnings may stand before and after the id.
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        if (line.size() == 64 && line.find_first_not_of("0123456789abcdef") == std::string::npos) {
            return ContainerId(line);
        }
    }
    fail_case("the engine did not say the id of a foreign container: " + output);
}

void Backdoor::remove_container(const std::string& name) const {
    must({"rm", "--force", "--volumes", name});
}

void Backdoor::create_network(const std::string& name) const {
    must({"network", "create", name});
}

void Backdoor::remove_network(const std::string& name) const {
    must({"network", "rm", name});
}

void Backdoor::create_volume(const std::string& name) const {
    must({"volume", "create", name});
}

void Backdoor::remove_volume(const std::string& name) const {
    must({"volume", "rm", name});
}

void Backdoor::remove_image(const std::string& name) const {
    // Not there: the case ended before it had made it.
    static_cast<void>(run({"rmi", "--force", name}));
}

bool Backdoor::has_network(const std::string& name) const {
    return run({"network", "inspect", name}) == 0;
}

bool Backdoor::has_volume(const std::string& name) const {
    return run({"volume", "inspect", name}) == 0;
}

} // namespace fairlead::conformance
