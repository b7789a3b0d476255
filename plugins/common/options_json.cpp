// SPDX-License-Identifier: MIT
#include "options_json.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <fairlead/suggestion.hpp>

namespace fairlead::plugin {
namespace {

std::unexpected<Error> unknown(const OptionKeys& keys, const std::string& key) {
    const std::optional<std::string> likely = closest_word(key, keys.known);
    return keys.refused(key, "there is no such option",
                        likely ? fmt::format("Did you mean '{}'?", *likely)
                               : fmt::format("The options are {}.", fmt::join(keys.known, ", ")));
}

} // namespace

std::unexpected<Error> OptionKeys::refused(std::string key, std::string message, std::string hint) const {
    return fail({.code = Errc::invalid_spec,
                 .operation = fmt::format("read {} option", plugin),
                 .subject = std::move(key),
                 .message = std::move(message),
                 .hint = std::move(hint)});
}

Result<void>
OptionKeys::read(std::string_view text,
                 const std::function<Result<void>(const std::string&, const Json&)>& take) const {
    const std::optional<Json> json = parse_json(text);
    if (!json || !json->is_object()) {
        return refused("", "the options are not a JSON object");
    }
    for (const auto& [key, value] : json->items()) {
        if (std::ranges::find(known, key) == known.end()) {
            return unknown(*this, key);
        }
        if (Result<void> taken = take(key, value); !taken) {
            return taken;
        }
    }
    return {};
}

} // namespace fairlead::plugin
