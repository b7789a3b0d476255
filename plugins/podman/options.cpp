// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "common/options_json.hpp"
#include "common_names.hpp"

namespace fairlead::podman {
namespace {

constexpr std::array<std::string_view, 5> known_keys = {"path", "root", "runroot", "connection",
                                                        "extra_args"};

constexpr OptionKeys keys{.plugin = "podman", .known = known_keys};

bool has_nul(const std::string& text) {
    return text.find('\0') != std::string::npos;
}

Result<void> read_arguments(const Json& value, Options& options) {
    const bool words = value.is_array() && std::ranges::all_of(value, [](const Json& word) {
                           return word.is_string() && !has_nul(text_of(word));
                       });
    if (!words) {
        return keys.refused("extra_args", "it must be a list of strings");
    }
    std::ranges::transform(value, std::back_inserter(options.extra_args), text_of);
    return {};
}

Result<void> read_option(const std::string& key, const Json& value, Options& options) {
    if (key == "extra_args") {
        return read_arguments(value, options);
    }
    const std::string text = text_of(value);
    if (!value.is_string() || text.empty() || has_nul(text)) {
        return keys.refused(key, "it must be a string that is not empty");
    }
    if (key == "path") {
        options.path = text;
    } else if (key == "root") {
        options.root = text;
    } else if (key == "runroot") {
        options.runroot = text;
    } else {
        options.connection = text;
    }
    return {};
}

} // namespace

Result<Options> parse_options(std::string_view text) {
    Options options;
    const Result<void> read = keys.read(text, [&options](const std::string& key, const Json& value) {
        return read_option(key, value, options);
    });
    if (!read) {
        return std::unexpected(read.error());
    }
    if (!options.connection.empty() && !(options.root.empty() && options.runroot.empty())) {
        return keys.refused(
            "connection",
            "it contradicts 'root' and 'runroot', which a remote service has set for itself");
    }
    return options;
}

std::vector<std::string> global_arguments(const Options& options) {
    std::vector<std::string> arguments;
    const auto put = [&arguments](const char* flag, const std::string& value) {
        if (!value.empty()) {
            arguments.push_back(fmt::format("{}={}", flag, value));
        }
    };
    put("--root", options.root);
    put("--runroot", options.runroot);
    put("--connection", options.connection);
    arguments.insert(arguments.end(), options.extra_args.begin(), options.extra_args.end());
    return arguments;
}

} // namespace fairlead::podman
