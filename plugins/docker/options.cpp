// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <array>

#include <fairlead/time.hpp>

#include "common/options_json.hpp"
#include "common_names.hpp"

namespace fairlead::docker {
namespace {

constexpr std::array<std::string_view, 6> known_keys = {"host",       "context", "cert_path",
                                                        "tls_verify", "config",  "timeout"};

constexpr OptionKeys keys{.plugin = "docker", .known = known_keys};

Result<void> read_timeout(const Json& value, Options& options) {
    Result<std::chrono::nanoseconds> duration = parse_duration(text_of(value));
    if (!duration) {
        return keys.refused("timeout", duration.error().message, "Write it like \"60s\".");
    }
    options.timeout = std::chrono::ceil<std::chrono::milliseconds>(*duration);
    if (options.timeout.count() <= 0) {
        return keys.refused("timeout", "it must be more than nothing");
    }
    return {};
}

Result<void> read_option(const std::string& key, const Json& value, Options& options) {
    if (key == "tls_verify") {
        if (!value.is_boolean()) {
            return keys.refused(key, "it must be true or false");
        }
        options.tls_verify = value.get<bool>();
        return {};
    }
    if (!value.is_string()) {
        return keys.refused(key, "it must be a string");
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
    Options options;
    const Result<void> read = keys.read(text, [&options](const std::string& key, const Json& value) {
        return read_option(key, value, options);
    });
    if (!read) {
        return std::unexpected(read.error());
    }
    if (!options.host.empty() && !options.context.empty()) {
        return keys.refused("context", "it contradicts 'host'; give one of the two");
    }
    return options;
}

} // namespace fairlead::docker
