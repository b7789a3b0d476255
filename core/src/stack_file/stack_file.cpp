// SPDX-License-Identifier: MIT
#include <array>
#include <cstdlib>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fairlead/runtime_config.hpp>
#include <fairlead/stack_file.hpp>

#include "json_reader.hpp"
#include "stack_reader.hpp"
#include "text_file.hpp"

namespace fairlead {
namespace {

constexpr std::array<std::string_view, 2> file_names{"fairlead.json", "compose.json"};

/// Reads `file` and hands its text to `read`; nothing thrown on the way gets out.
template <class Read>
auto with_text(const std::filesystem::path& file, Read read) -> decltype(read(std::string_view{})) {
    std::string thrown = "an exception of unknown type";
    try {
        const auto text = stack_file::read_text_file(file, stack_file::most_bytes);
        if (!text) {
            return fail({.code = Errc::invalid_file,
                         .operation = "read",
                         .subject = file.string(),
                         .message = text.error().message,
                         .hint = text.error().hint});
        }
        return read(*text);
    } catch (const std::exception& exception) {
        thrown = exception.what();
    } catch (...) {
    }
    return fail({.code = Errc::internal,
                 .operation = "read",
                 .subject = file.string(),
                 .message = "a defect in the file's reader: " + thrown,
                 .hint = "Please report it, with the file if you can."});
}

std::optional<std::filesystem::path> user_config_file() {
    const auto folder = [](const char* name) -> std::string_view {
        const char* const value = std::getenv(name);
        return value == nullptr ? std::string_view{} : std::string_view{value};
    };
    // A relative folder would be another one in each working directory.
    if (const auto config = folder("XDG_CONFIG_HOME"); config.starts_with('/')) {
        return std::filesystem::path(config) / "fairlead" / "config.json";
    }
    if (const auto home = folder("HOME"); home.starts_with('/')) {
        return std::filesystem::path(home) / ".config" / "fairlead" / "config.json";
    }
    return {};
}

} // namespace

Result<std::filesystem::path> find_stack_file(const std::filesystem::path& folder) {
    std::error_code failed;
    std::filesystem::path here = std::filesystem::absolute(folder, failed).lexically_normal();
    if (!here.has_filename() && here != here.root_path()) {
        here = here.parent_path();
    }
    std::vector<std::string> searched;
    while (true) {
        for (const std::string_view name : file_names) {
            if (std::filesystem::is_regular_file(here / name, failed)) {
                return here / name;
            }
        }
        searched.push_back(here.string());
        if (here == here.parent_path()) {
            break;
        }
        here = here.parent_path();
    }
    return fail(
        {.code = Errc::invalid_file,
         .operation = "find stack file",
         .subject = folder.string(),
         .message = fmt::format("no {} in {}", fmt::join(file_names, " or "), fmt::join(searched, ", ")),
         .hint = "Name the file with --file, or go to its folder."});
}

Result<StackFile> read_stack_file(const std::filesystem::path& file, const StackFileOptions& options) {
    return with_text(
        file, [&](std::string_view text) { return stack_file::read_stack_text(text, file, options); });
}

Result<RuntimeConfig> read_runtime_config(const std::filesystem::path& file) {
    return with_text(file,
                     [&](std::string_view text) { return stack_file::read_runtime_text(text, file); });
}

Result<RuntimeConfig> read_user_config() {
    const auto file = user_config_file();
    std::error_code failed;
    // What exists but cannot be looked at is an error; what does not exist is not.
    if (!file || std::filesystem::status(*file, failed).type() == std::filesystem::file_type::not_found) {
        return RuntimeConfig{};
    }
    return read_runtime_config(*file);
}

} // namespace fairlead
