// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fairlead::test {

/// What Podman itself says, asked by its own command line.
class PodmanEngine {
public:
    static constexpr const char* runtime = "podman";

    /// The storage that FAIRLEAD_PODMAN_ROOT and FAIRLEAD_PODMAN_RUNROOT name; throws without them.
    PodmanEngine();

    /// The plugin's options for the same storage. With `path` it runs that program.
    [[nodiscard]] std::string options(const std::filesystem::path& path = {}) const;

    /// What it prints, line by line; throws unless it succeeds.
    std::vector<std::string> ask(std::vector<std::string> arguments) const;

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
    [[nodiscard]] std::vector<std::string> command(std::vector<std::string> arguments) const;

    const std::string root_;
    const std::string runroot_;
};

} // namespace fairlead::test
