// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "diagnostics.hpp"
#include "dotenv.hpp"
#include "interpolation.hpp"
#include "node.hpp"

namespace fairlead::stack_file {

/// A network or a volume of the top level.
struct Declaration {
    std::string engine_name;
    bool external = false;
    /// Whether the file says more of it than that it exists.
    bool customised = false;
};

/// A secret or a config of the top level: where its content comes from, read when a service uses it.
struct ContentSource {
    enum class Kind { file, environment, content, wrong };
    Kind kind = Kind::wrong;
    std::string value;
};

/// What giving a meaning to one file needs and fills.
struct Context {
    Diagnostics& diagnostics;
    /// The environment, then `.env`.
    Lookup lookup;
    /// The stack file's own folder, absolute; relative paths start here.
    std::filesystem::path folder;
    std::string project;

    std::set<std::string_view> services;
    std::map<std::string, Declaration, std::less<>> networks;
    std::map<std::string, Declaration, std::less<>> volumes;
    std::map<std::string, ContentSource, std::less<>> secrets;
    std::map<std::string, ContentSource, std::less<>> configs;

    /// What the files named by this one may hold together, and how many ports it may publish: a short
    /// file can ask for very much of both.
    std::size_t bytes_left = std::size_t{64} << 20U;
    std::size_t ports_left = 100'000;

    /// Against `folder`, with `~` for the home folder, without `.` and `..`.
    [[nodiscard]] std::filesystem::path resolve(const std::string& path) const;
    /// Reads a file that the stack file names; a failure is a mistake at `field`.
    [[nodiscard]] std::optional<std::string> read_file(const Field& field,
                                                       const std::filesystem::path& path);
};

} // namespace fairlead::stack_file
