// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace fairlead::test {

/// What the Docker engine itself says, asked without any code of what is tested.
class RawEngine {
public:
    static constexpr const char* runtime = "docker";

    /// The one that DOCKER_HOST names; throws when it names no unix socket.
    RawEngine();

    [[nodiscard]] const std::filesystem::path& socket() const { return socket_; }

    /// The plugin's options for it: what the environment says.
    [[nodiscard]] std::string options() const { return "{}"; }

    /// The parsed answer; throws unless it is a success.
    [[nodiscard]] nlohmann::json get(std::string_view target) const;

    /// The answer's status; throws unless it is a success or one of the two that say "already so".
    int ask(std::string_view method, std::string_view target, std::string_view body = {}) const;

    [[nodiscard]] bool exists(std::string_view target) const;

    /// Names of what carries the project's label; containers that are stopped too.
    [[nodiscard]] std::vector<std::string> containers(std::string_view project) const;
    [[nodiscard]] std::vector<std::string> networks(std::string_view project) const;
    [[nodiscard]] std::vector<std::string> volumes(std::string_view project) const;

    /// The volume that is mounted there in a container.
    [[nodiscard]] std::string volume_at(std::string_view container, std::string_view folder) const;
    [[nodiscard]] bool has_volume(std::string_view name) const;

    /// Removes all of a project.
    void remove_project(std::string_view project) const;

private:
    std::filesystem::path socket_;
};

} // namespace fairlead::test
