// SPDX-License-Identifier: MIT
#include "json_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "in_quotes.hpp"
#include "json_syntax.hpp"
#include "text_cursor.hpp"

namespace fairlead::stack_file {
namespace {

/// The number that `text` begins with, as JSON has it: `01` is two numbers.
std::string_view leading_number(std::string_view text) {
    std::size_t end = 0;
    const auto digits = [&] {
        while (end < text.size() && text[end] >= '0' && text[end] <= '9') {
            ++end;
        }
    };
    const auto any_of = [&](std::string_view marks) {
        const bool found = end < text.size() && marks.find(text[end]) != std::string_view::npos;
        end += found ? 1 : 0;
        return found;
    };
    any_of("-");
    if (!any_of("0")) {
        digits();
    }
    if (any_of(".")) {
        digits();
    }
    if (any_of("eE")) {
        any_of("+-");
        digits();
    }
    return text.substr(0, end);
}

/// Receives the parser's events and builds the tree. The parser does not say where a token stood, so a
/// cursor of our own goes through the same text, one token an event.
class TreeBuilder {
public:
    TreeBuilder(std::string_view text, Diagnostics& diagnostics)
        : cursor_(text), diagnostics_(diagnostics) {}

    // The names and types of these are the parser's.
    bool null() { return scalar(NodeKind::null, "null"); }
    bool boolean(bool value) { return scalar(NodeKind::boolean, value ? "true" : "false"); }
    bool number_integer(std::int64_t) { return number(); }
    bool number_unsigned(std::uint64_t) { return number(); }
    bool number_float(double, const std::string&) { return number(); }
    bool binary(std::vector<std::uint8_t>&) { return false; }
    bool string(std::string& value);
    bool key(std::string& value);
    bool start_object(std::size_t) { return open(NodeKind::map); }
    bool start_array(std::size_t) { return open(NodeKind::list); }
    bool end_object();
    bool end_array();
    bool parse_error(std::size_t, const std::string&, const std::exception&);

    [[nodiscard]] Node take() { return std::move(root_); }

private:
    Position start_token();
    void skip_string();
    bool scalar(NodeKind kind, std::string_view word);
    bool number();
    bool open(NodeKind kind);
    void close();
    void expect_after_value();
    Node* place(NodeKind kind, Position position);
    bool refuse(Position position, std::string message, std::string hint = {});
    bool refuse_nul(Position position, std::string_view text);
    void drop_duplicates(Node& map);
    [[nodiscard]] std::string path() const;

    TextCursor cursor_;
    Diagnostics& diagnostics_;
    Node root_;
    /// From the root to the innermost container that is open. A container's own list does not grow
    /// while one inside it is open, so the pointers hold.
    std::vector<Node*> open_;
    std::size_t values_ = 0;
    JsonNext next_ = JsonNext::value;
};

Position TreeBuilder::start_token() {
    cursor_.skip(" \t\r\n,:");
    return cursor_.position();
}

void TreeBuilder::skip_string() {
    cursor_.advance();
    while (cursor_.peek() != '"') {
        cursor_.advance(cursor_.peek() == '\\' ? 2 : 1);
    }
    cursor_.advance();
}

void TreeBuilder::expect_after_value() {
    if (open_.empty()) {
        next_ = JsonNext::end_of_file;
    } else {
        next_ = open_.back()->kind == NodeKind::list ? JsonNext::list_comma : JsonNext::map_comma;
    }
}

Node* TreeBuilder::place(NodeKind kind, Position position) {
    if (++values_ > most_values) {
        refuse(position, fmt::format("more than {} values", most_values));
        return nullptr;
    }
    Node* node = &root_;
    if (!open_.empty()) {
        Node& parent = *open_.back();
        node =
            parent.kind == NodeKind::list ? &parent.items.emplace_back() : &parent.entries.back().value;
    }
    node->kind = kind;
    node->position = position;
    expect_after_value();
    return node;
}

bool TreeBuilder::scalar(NodeKind kind, std::string_view word) {
    Node* node = place(kind, start_token());
    if (node == nullptr) {
        return false;
    }
    node->text = word;
    cursor_.advance(word.size());
    return true;
}

bool TreeBuilder::number() {
    Node* node = place(NodeKind::number, start_token());
    if (node == nullptr) {
        return false;
    }
    node->text = leading_number(cursor_.rest());
    cursor_.advance(node->text.size());
    return true;
}

bool TreeBuilder::string(std::string& value) {
    const Position position = start_token();
    Node* node = place(NodeKind::string, position);
    if (node == nullptr || refuse_nul(position, value)) {
        return false;
    }
    node->text = std::move(value);
    skip_string();
    return true;
}

bool TreeBuilder::key(std::string& value) {
    const Position position = start_token();
    if (refuse_nul(position, value)) {
        return false;
    }
    open_.back()->entries.push_back({std::move(value), position, {}});
    skip_string();
    next_ = JsonNext::colon;
    return true;
}

bool TreeBuilder::open(NodeKind kind) {
    const Position position = start_token();
    if (open_.size() == most_levels) {
        return refuse(position, fmt::format("nested more than {} levels deep", most_levels));
    }
    Node* node = place(kind, position);
    if (node == nullptr) {
        return false;
    }
    open_.push_back(node);
    cursor_.advance();
    next_ = kind == NodeKind::list ? JsonNext::value_or_end : JsonNext::key_or_end;
    return true;
}

void TreeBuilder::close() {
    start_token();
    cursor_.advance();
    open_.pop_back();
    expect_after_value();
}

bool TreeBuilder::end_object() {
    drop_duplicates(*open_.back());
    close();
    return true;
}

bool TreeBuilder::end_array() {
    close();
    return true;
}

bool TreeBuilder::parse_error(std::size_t, const std::string&, const std::exception&) {
    SyntaxError error = explain_syntax_error(cursor_, next_);
    return refuse(error.position, std::move(error.message), std::move(error.hint));
}

bool TreeBuilder::refuse(Position position, std::string message, std::string hint) {
    diagnostics_.mistake(position, path(), std::move(message), std::move(hint));
    return false;
}

bool TreeBuilder::refuse_nul(Position position, std::string_view text) {
    if (text.find('\0') == std::string_view::npos) {
        return false;
    }
    refuse(position, "a NUL character (\\u0000) cannot appear in a name, an argument or a variable");
    return true;
}

void TreeBuilder::drop_duplicates(Node& map) {
    std::vector<std::size_t> order(map.entries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&map](std::size_t a, std::size_t b) {
        const int compared = map.entries[a].key.compare(map.entries[b].key);
        return compared != 0 ? compared < 0 : a < b;
    });
    std::vector<std::size_t> repeated;
    for (std::size_t i = 1, first = 0; i < order.size(); ++i) {
        const Entry& original = map.entries[order[first]];
        const Entry& entry = map.entries[order[i]];
        if (entry.key != original.key) {
            first = i;
            continue;
        }
        repeated.push_back(order[i]);
        diagnostics_.mistake(entry.key_position, path(),
                             fmt::format("the key {} appears twice", in_quotes(entry.key)),
                             fmt::format("It stands on line {} as well.", original.key_position.line));
    }
    std::ranges::sort(repeated);
    std::size_t index = 0;
    std::erase_if(map.entries,
                  [&](const Entry&) { return std::ranges::binary_search(repeated, index++); });
}

std::string TreeBuilder::path() const {
    Field field(root_, root_.position, "");
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
        const Node& node = *open_[i];
        field =
            node.kind == NodeKind::list ? field.at(node.items.size() - 1) : field.at(node.entries.back());
    }
    return field.path();
}

} // namespace

std::optional<Node> read_json(std::string_view text, Diagnostics& diagnostics) {
    if (text.size() > most_bytes) {
        diagnostics.mistake(fmt::format("the file is larger than {} MiB", most_bytes >> 20U));
        return {};
    }
    if (text.starts_with("\xEF\xBB\xBF")) {
        diagnostics.mistake({}, "", "the file begins with a byte order mark, which JSON does not allow",
                            "Save it as UTF-8 without a byte order mark.");
        return {};
    }
    if (const auto invalid = find_invalid_utf8(text)) {
        TextCursor cursor(text);
        cursor.advance(*invalid);
        diagnostics.mistake(cursor.position(), "", "a byte that is not UTF-8", "Save the file as UTF-8.");
        return {};
    }
    TreeBuilder builder(text, diagnostics);
    if (!nlohmann::json::sax_parse(text, &builder)) {
        return {};
    }
    return builder.take();
}

} // namespace fairlead::stack_file
