// SPDX-License-Identifier: MIT
#include "engine.hpp"

#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "engine_error.hpp"
#include "environment.hpp"

namespace fairlead::podman {
namespace {

/// A podman that takes longer hangs: on its lock, on a dead file system, stopped by somebody.
constexpr std::chrono::minutes ordinary_time{2};

} // namespace

Engine::Engine(const Options& options)
    : global_(global_arguments(options)), remote_(!options.connection.empty()),
      launcher_(options.path, engine_environment([](const char* name) { return std::getenv(name); })) {}

Command Engine::complete(Command command) const {
    command.arguments.insert(command.arguments.begin(), global_.begin(), global_.end());
    return command;
}

Result<Finished> Engine::run(const Call& call, std::vector<std::string> arguments) {
    Result<Finished> finished =
        run(call, {.arguments = std::move(arguments)}, deadline_in(ordinary_time));
    if (!finished && finished.error().code == Errc::timeout) {
        return call.failed(Errc::unavailable, "podman did not answer within two minutes",
                           "See whether it hangs: run 'podman info'.");
    }
    return finished;
}

Result<Finished> Engine::run(const Call& call, Command command, Clock::time_point deadline,
                             const PieceObserver& observer) {
    return launcher_.run(call, complete(std::move(command)), deadline, observer);
}

Result<std::string> Engine::ask(const Call& call, std::vector<std::string> arguments) {
    Result<Finished> finished = run(call, std::move(arguments));
    if (!finished) {
        return std::unexpected(std::move(finished.error()));
    }
    if (finished->ending.code != 0) {
        return std::unexpected(engine_error(call, *finished));
    }
    return std::move(finished->out);
}

Result<Process> Engine::open(const Call& call, Command command) {
    return launcher_.start(call, complete(std::move(command)));
}

bool Engine::has_health_timers() const {
    std::error_code ignored;
    return remote_ || std::filesystem::is_directory("/run/systemd/system", ignored);
}

bool Engine::limits_resources() const {
    std::error_code ignored;
    return remote_ || ::geteuid() == 0 ||
           std::filesystem::exists("/sys/fs/cgroup/cgroup.controllers", ignored);
}

Result<Json> read_array(const Call& call, std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return Json::array();
    }
    std::optional<Json> json = parse_json(text);
    if (json && json->is_null()) {
        return Json::array();
    }
    if (!json || !json->is_array()) {
        return call.failed(
            Errc::protocol, "podman printed something that is not a JSON array",
            "See whether 'path' names podman, and whether 'extra_args' change what it prints.");
    }
    return std::move(*json);
}

} // namespace fairlead::podman
