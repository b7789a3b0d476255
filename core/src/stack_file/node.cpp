// SPDX-License-Identifier: MIT
#include "node.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

bool is_plain(std::string_view key) {
    return !key.empty() && key.size() <= 128 && std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
}

} // namespace

std::string_view describe(NodeKind kind) noexcept {
    switch (kind) {
    case NodeKind::null:
        return "null";
    case NodeKind::boolean:
        return "true or false";
    case NodeKind::number:
        return "a number";
    case NodeKind::string:
        return "a string";
    case NodeKind::list:
        return "a list";
    case NodeKind::map:
        break;
    }
    return "a map";
}

const Entry* Node::find(std::string_view key) const noexcept {
    const auto found = std::ranges::find(entries, key, &Entry::key);
    return found == entries.end() ? nullptr : &*found;
}

bool Node::any_faulty() const noexcept {
    return faulty || std::ranges::any_of(items, &Node::any_faulty) ||
           std::ranges::any_of(entries, [](const Entry& entry) { return entry.value.any_faulty(); });
}

Field Field::at(const Entry& entry) const {
    const std::string step = is_plain(entry.key) ? entry.key : fmt::format("[{}]", in_quotes(entry.key));
    const bool dot = !path_.empty() && step.front() != '[';
    return {entry.value, entry.key_position, path_ + (dot ? "." : "") + step};
}

Field Field::at(std::size_t item) const {
    const Node& value = node_->items.at(item);
    return {value, value.position, fmt::format("{}[{}]", path_, item)};
}

} // namespace fairlead::stack_file
