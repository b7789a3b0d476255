// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

/// Reading what an engine sent. Every absent, null or differently typed member reads as empty: engines
/// write null for an empty list, and leave out what their version does not know.
namespace fairlead::plugin {

using Json = nlohmann::json;

/// Nothing for text that is not JSON.
[[nodiscard]] std::optional<Json> parse_json(std::string_view text);

/// The member at the end of a path of keys, or null.
[[nodiscard]] const Json& at(const Json& json, std::initializer_list<std::string_view> path);

[[nodiscard]] std::string text_of(const Json& json);
[[nodiscard]] std::int64_t number_of(const Json& json);
[[nodiscard]] bool flag_of(const Json& json);
[[nodiscard]] std::map<std::string, std::string> map_of(const Json& json);

/// As JSON text. Bytes that are not UTF-8 are replaced; what must arrive unchanged is checked before.
[[nodiscard]] std::string json_text(const Json& json);

} // namespace fairlead::plugin
