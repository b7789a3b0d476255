// SPDX-License-Identifier: MIT
#include "node_json.hpp"

#include <nlohmann/json.hpp>

namespace fairlead::stack_file {
namespace {

using Json = nlohmann::ordered_json;

Json as_json(const Node& node) {
    switch (node.kind) {
    case NodeKind::null:
        break;
    case NodeKind::boolean:
        return node.text == "true";
    case NodeKind::number:
        return Json::parse(node.text, nullptr, false);
    case NodeKind::string:
        return node.text;
    case NodeKind::list: {
        Json list = Json::array();
        for (const Node& item : node.items) {
            list.push_back(as_json(item));
        }
        return list;
    }
    case NodeKind::map: {
        Json map = Json::object();
        // Keys are known to be different; looking each one up would cost the square of their number.
        for (const Entry& entry : node.entries) {
            map.get_ref<Json::object_t&>().Container::emplace_back(entry.key, as_json(entry.value));
        }
        return map;
    }
    }
    return nullptr;
}

} // namespace

std::string to_json_text(const Node& node) {
    // A variable may bring bytes that are not UTF-8 into a string.
    return as_json(node).dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace fairlead::stack_file
