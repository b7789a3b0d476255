// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <array>

#include <fmt/format.h>

#include <fairlead/suggestion.hpp>
#include <fairlead/time.hpp>

#include "json.hpp"

namespace fairlead::docker {
namespace {

constexpr std::array<std::string_view, 6> known_keys = {"host",       "context", "cert_path",
                                                        "tls_verify", "config",  "timeout"};

std::unexpected<Error> refused(std::string key, std::string message, std::string hint = {}) {
    return fail({.code = Errc::invalid_spec,
                 .operation = "read docker option",
                 .subject = std::move(key),
                 .message = std::move(message),
                 .hint = std::move(hint)});
}

std::unexpected<Error> unknown(const std::string& key) {
    const std::optional<std::string> likely = closest_word(key, known_keys);
    return refused(key, "there is no such option",
                   likely ? fmt::format("Did you mean '{}'?", *likely)
                          : fmt::format("The options are {}.", fmt::join(known_keys, ", ")));
}

Result<void> read_timeout(const Json& value, Options& options) {
    Result<std::chrono::nanoseconds> duration = parse_duration(text_of(value));
    if (!duration) {
        return refused("timeout", duration.error().message, "Write it like \"60s\".");
    }
    options.timeout = std::chrono::ceil<std::chrono::milliseconds>(*duration);
    if (options.timeout.count() <= 0) {
        return refused("timeout", "it must be more than nothing");
    }
    return {};
}

Result<void> read_option(const std::string& key, const Json& value, Options& options) {
    if (key == "tls_verify") {
        if (!value.is_boolean()) {
            return refused(key, "it must be true or false");
        }
        options.tls_verify = value.get<bool>();
        return {};
    }
    if (!value.is_string()) {
        return refused(key, "it must be a string");
    }
    if (key == "timeout") {
        return read_timeout(value, options);
    }
    const std::string text = text_of(value);
    if (key == "host") {
        options.host = text;
    } else if (key == "context") {
        options.context = text;
    } else if (key == "cert_path") {
        options.cert_path = text;
    } else {
        options.config = text;
    }
    return {};
}

} // namespace

Result<Options> parse_options(std::string_view text) {
    const std::optional<Json> json = parse_json(text);
    if (!json || !json->is_object()) {
        return refused("", "the options are not a JSON object");
    }
    Options options;
    for (const auto& [key, value] : json->items()) {
        if (std::ranges::find(known_keys, key) == known_keys.end()) {
            return unknown(key);
        }
        if (Result<void> read = read_option(key, value, options); !read) {
            return std::unexpected(std::move(read.error()));
        }
    }
    if (!options.host.empty() && !options.context.empty()) {
        return refused("context", "it contradicts 'host'; give one of the two");
    }
    return options;
}

} // namespace fairlead::docker
