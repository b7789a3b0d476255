// SPDX-License-Identifier: MIT
#include "json.hpp"

namespace fairlead::plugin {

std::optional<Json> parse_json(std::string_view text) {
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        return std::nullopt;
    }
    return json;
}

const Json& at(const Json& json, std::initializer_list<std::string_view> path) {
    static const Json null;
    const Json* here = &json;
    for (const std::string_view key : path) {
        if (!here->is_object()) {
            return null;
        }
        const auto found = here->find(key);
        if (found == here->end()) {
            return null;
        }
        here = &*found;
    }
    return *here;
}

std::string text_of(const Json& json) {
    return json.is_string() ? json.get<std::string>() : std::string{};
}

std::int64_t number_of(const Json& json) {
    return json.is_number() ? json.get<std::int64_t>() : 0;
}

bool flag_of(const Json& json) {
    return json.is_boolean() && json.get<bool>();
}

std::map<std::string, std::string> map_of(const Json& json) {
    std::map<std::string, std::string> map;
    if (json.is_object()) {
        for (const auto& [key, value] : json.items()) {
            map.emplace(key, text_of(value));
        }
    }
    return map;
}

std::string json_text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace fairlead::plugin
