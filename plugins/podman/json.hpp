// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

/// Reading what podman prints: an absent or odd member is an empty value, never an exception.
namespace fairlead::podman {

using Json = nlohmann::json;

/// Nothing when the text is not JSON.
[[nodiscard]] std::optional<Json> parse_json(std::string_view text);

/// The member at a path of keys; null when there is none.
[[nodiscard]] const Json& at(const Json& json, std::initializer_list<std::string_view> path);

[[nodiscard]] std::string text_of(const Json& json);
[[nodiscard]] std::int64_t number_of(const Json& json);
[[nodiscard]] bool flag_of(const Json& json);
[[nodiscard]] std::map<std::string, std::string> map_of(const Json& json);

/// As text; what is not UTF-8 is replaced.
[[nodiscard]] std::string json_text(const Json& json);

} // namespace fairlead::podman
