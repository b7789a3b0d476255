// SPDX-License-Identifier: MIT
#include "file_targets.hpp"

#include <filesystem>
#include <variant>

#include <fmt/format.h>

namespace fairlead::plugin {
namespace {

bool is_within(std::string_view path, std::string_view folder) {
    return folder == "/" || path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

} // namespace

std::string normal_path(const std::string& path) {
    std::string text = std::filesystem::path(path).lexically_normal().generic_string();
    while (text.size() > 1 && text.ends_with('/')) {
        text.pop_back();
    }
    return text;
}

Ground ground_of(const ContainerSpec& spec, const std::string& path) {
    Ground ground = Ground::root;
    std::size_t deepest = 0;
    for (const Mount& mount : spec.mounts) {
        const std::string target = normal_path(
            std::visit([](const auto& any) -> const std::string& { return any.target; }, mount));
        if (is_within(path, target) && target.size() >= deepest) {
            deepest = target.size();
            ground = std::holds_alternative<TmpfsMount>(mount) ? Ground::tmpfs : Ground::persistent;
        }
    }
    return ground;
}

Error unsupported_target(const ContainerSpec& spec, const FileContent& file, std::string_view message) {
    return {.code = Errc::unsupported,
            .operation = "start",
            .subject = container_name(spec),
            .message = fmt::format("the target {} of '{}' {}", file.target, file.name, message)};
}

} // namespace fairlead::plugin
