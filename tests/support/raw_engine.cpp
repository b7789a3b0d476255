// SPDX-License-Identifier: MIT
#include "raw_engine.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "http.hpp"

namespace fairlead::test {
namespace {

using nlohmann::json;

/// `filters={"label":["dev.fairlead.project=NAME"]}`, as a query may hold it.
std::string of_project(std::string_view project) {
    return fmt::format("filters=%7B%22label%22%3A%5B%22dev.fairlead.project%3D{}%22%5D%7D", project);
}

std::vector<std::string> sorted(std::vector<std::string> names) {
    std::ranges::sort(names);
    return names;
}

} // namespace

RawEngine::RawEngine() {
    constexpr std::string_view scheme = "unix://";
    const char* host = std::getenv("DOCKER_HOST");
    if (host == nullptr || !std::string_view(host).starts_with(scheme)) {
        throw std::runtime_error("DOCKER_HOST names no unix socket");
    }
    socket_ = std::string_view(host).substr(scheme.size());
}

json RawEngine::get(std::string_view target) const {
    const HttpAnswer answer = http(UnixSocket{socket_.string()}, "GET", target);
    if (answer.status / 100 != 2) {
        throw std::runtime_error(fmt::format("GET {}: {} {}", target, answer.status, answer.body));
    }
    return json::parse(answer.body);
}

int RawEngine::ask(std::string_view method, std::string_view target, std::string_view body) const {
    const HttpAnswer answer = http(UnixSocket{socket_.string()}, method, target, body);
    if (answer.status / 100 != 2 && answer.status != 304 && answer.status != 404) {
        throw std::runtime_error(fmt::format("{} {}: {} {}", method, target, answer.status, answer.body));
    }
    return answer.status;
}

bool RawEngine::exists(std::string_view target) const {
    return ask("GET", target) / 100 == 2;
}

std::vector<std::string> RawEngine::containers(std::string_view project) const {
    std::vector<std::string> names;
    for (const json& container : get("/containers/json?all=1&" + of_project(project))) {
        names.push_back(container.at("Names").at(0).get<std::string>().substr(1));
    }
    return sorted(std::move(names));
}

std::vector<std::string> RawEngine::networks(std::string_view project) const {
    std::vector<std::string> names;
    for (const json& network : get("/networks?" + of_project(project))) {
        names.push_back(network.at("Name").get<std::string>());
    }
    return sorted(std::move(names));
}

std::vector<std::string> RawEngine::volumes(std::string_view project) const {
    std::vector<std::string> names;
    const json answer = get("/volumes?" + of_project(project));
    for (const json& volume : answer.at("Volumes")) {
        names.push_back(volume.at("Name").get<std::string>());
    }
    return sorted(std::move(names));
}

std::string RawEngine::volume_at(std::string_view container, std::string_view folder) const {
    const json answer = get(fmt::format("/containers/{}/json", container));
    for (const json& mount : answer.at("Mounts")) {
        if (mount.at("Destination") == folder) {
            return mount.at("Name");
        }
    }
    throw std::runtime_error(fmt::format("{} has no volume at {}", container, folder));
}

bool RawEngine::has_volume(std::string_view name) const {
    return exists(fmt::format("/volumes/{}", name));
}

void RawEngine::remove_project(std::string_view project) const {
    for (const std::string& name : containers(project)) {
        ask("DELETE", fmt::format("/containers/{}?force=1&v=1", name));
    }
    for (const std::string& name : networks(project)) {
        ask("DELETE", "/networks/" + name);
    }
    for (const std::string& name : volumes(project)) {
        ask("DELETE", fmt::format("/volumes/{}?force=1", name));
    }
}

} // namespace fairlead::test
