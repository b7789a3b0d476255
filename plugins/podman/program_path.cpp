// SPDX-License-Identifier: MIT
#include "program_path.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

namespace fairlead::podman {

std::optional<std::filesystem::path> find_program(const std::string& program,
                                                  const std::vector<std::string>& environment) {
    const auto executable = [](const std::string& path) {
        std::error_code ignored;
        return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
    };
    if (program.find('/') != std::string::npos) {
        return executable(program) ? std::optional<std::filesystem::path>(program) : std::nullopt;
    }
    const auto path =
        std::ranges::find_if(environment, [](const auto& each) { return each.starts_with("PATH="); });
    std::string_view rest = path == environment.end()
                                ? "/usr/local/bin:/usr/bin:/bin"
                                : std::string_view(*path).substr(std::strlen("PATH="));
    while (!rest.empty()) {
        const std::string_view folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
        // A relative entry would depend on where the host stands.
        if (const std::string file = fmt::format("{}/{}", folder, program);
            file.front() == '/' && folder.size() > 0 && executable(file)) {
            return file;
        }
    }
    return std::nullopt;
}

} // namespace fairlead::podman
