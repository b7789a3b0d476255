// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <fairlead/container_spec.hpp>

/// Where in a container the targets of its secrets and configs lie.
namespace fairlead::plugin {

/// Without `.`, `..` and a slash at the end.
[[nodiscard]] std::string normal_path(const std::string& path);

/// What lies innermost over a path: the root when nothing does.
enum class Ground { root, tmpfs, persistent };

/// `path` is a normal one.
[[nodiscard]] Ground ground_of(const ContainerSpec& spec, const std::string& path);

/// `unsupported`: the file's target `message`, as in "lies in a volume".
[[nodiscard]] Error unsupported_target(const ContainerSpec& spec, const FileContent& file,
                                       std::string_view message);

} // namespace fairlead::plugin
