// SPDX-License-Identifier: MIT
#include "podman_engine.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "process.hpp"

namespace fairlead::test {
namespace {

using Names = std::vector<std::string>;

std::string required(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr) {
        throw std::runtime_error(fmt::format("{} is not set", name));
    }
    return value;
}

std::string of_project(std::string_view project) {
    return fmt::format("--filter=label=dev.fairlead.project={}", project);
}

Names sorted(Names names) {
    std::ranges::sort(names);
    return names;
}

} // namespace

PodmanEngine::PodmanEngine()
    : root_(required("FAIRLEAD_PODMAN_ROOT")), runroot_(required("FAIRLEAD_PODMAN_RUNROOT")) {}

std::string PodmanEngine::options(const std::filesystem::path& path) const {
    nlohmann::json json{{"root", root_}, {"runroot", runroot_}};
    if (!path.empty()) {
        json["path"] = path.string();
    }
    return json.dump();
}

Names PodmanEngine::command(Names arguments) const {
    Names words{"podman", "--root", root_, "--runroot", runroot_};
    words.insert(words.end(), std::make_move_iterator(arguments.begin()),
                 std::make_move_iterator(arguments.end()));
    return words;
}

Names PodmanEngine::ask(Names arguments) const {
    const Outcome outcome = run({.arguments = command(std::move(arguments))});
    if (outcome.code != 0) {
        throw std::runtime_error(outcome.err);
    }
    Names lines;
    std::istringstream out(outcome.out);
    for (std::string line; std::getline(out, line);) {
        lines.push_back(line);
    }
    return lines;
}

Names PodmanEngine::containers(std::string_view project) const {
    return sorted(ask({"ps", "--all", "--format={{.Names}}", of_project(project)}));
}

Names PodmanEngine::networks(std::string_view project) const {
    return sorted(ask({"network", "ls", "--format={{.Name}}", of_project(project)}));
}

Names PodmanEngine::volumes(std::string_view project) const {
    return sorted(ask({"volume", "ls", "--format={{.Name}}", of_project(project)}));
}

std::string PodmanEngine::volume_at(std::string_view container, std::string_view folder) const {
    const Names names = ask({"inspect", std::string(container),
                             fmt::format("--format={{{{range .Mounts}}}}{{{{if eq .Destination \"{}\"}}}}"
                                         "{{{{.Name}}}}{{{{end}}}}{{{{end}}}}",
                                         folder)});
    return names.at(0);
}

bool PodmanEngine::has_volume(std::string_view name) const {
    return run({.arguments = command({"volume", "exists", std::string(name)})}).code == 0;
}

void PodmanEngine::remove_project(std::string_view project) const {
    for (const std::string& name : containers(project)) {
        ask({"rm", "--force", "--volumes", "--time=0", name});
    }
    for (const std::string& name : networks(project)) {
        ask({"network", "rm", name});
    }
    for (const std::string& name : volumes(project)) {
        ask({"volume", "rm", "--force", name});
    }
}

} // namespace fairlead::test
