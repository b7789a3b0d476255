// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A structured text file as a tree that knows where each part stood. Reading makes the tree, and only
/// the tree is given a meaning, so another notation can be read into the same tree.
namespace fairlead::stack_file {

/// Counted from 1; columns count characters, not bytes.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;

    bool operator==(const Position&) const = default;
};

enum class NodeKind { null, boolean, number, string, list, map };

/// What a person calls it: `a list`, `true or false`.
[[nodiscard]] std::string_view describe(NodeKind kind) noexcept;

struct Entry;

struct Node {
    NodeKind kind = NodeKind::null;
    /// A mistake has been reported for it; what follows from that is not a second one.
    bool faulty = false;
    Position position;
    /// A string's content; a number as it was written; `true` or `false`.
    std::string text;
    /// Of a list.
    std::vector<Node> items;
    /// Of a map, in the order of the file, each key once.
    std::vector<Entry> entries;

    [[nodiscard]] const Entry* find(std::string_view key) const noexcept;
    /// Whether it or anything in it is faulty.
    [[nodiscard]] bool any_faulty() const noexcept;
};

struct Entry {
    std::string key;
    Position key_position;
    Node value;
};

/// A place in the tree and the way to it from the root, `services.web.ports[0]`.
class Field {
public:
    Field(const Node& node, Position named_at, std::string path)
        : node_(&node), named_at_(named_at), path_(std::move(path)) {}

    [[nodiscard]] const Node& node() const noexcept { return *node_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// Where the value stands.
    [[nodiscard]] Position position() const noexcept { return node_->position; }
    /// Where its key stands; that of the value for an item of a list.
    [[nodiscard]] Position named_at() const noexcept { return named_at_; }

    [[nodiscard]] Field at(const Entry& entry) const;
    [[nodiscard]] Field at(std::size_t item) const;

private:
    const Node* node_;
    Position named_at_;
    std::string path_;
};

} // namespace fairlead::stack_file
