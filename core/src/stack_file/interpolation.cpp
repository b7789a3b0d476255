// SPDX-License-Identifier: MIT
#include "interpolation.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

constexpr int most_nested = 64;
constexpr std::string_view dollar_hint = "Write $$ for a dollar sign.";

bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool continues_name(char c) {
    return begins_name(c) || (c >= '0' && c <= '9');
}

/// How `${V…}` goes on after the name: an optional ':' and one of `-?+`.
struct Operator {
    char kind = '\0';
    /// An empty variable counts as unset.
    bool colon = false;
};

/// Goes through the text once, left to right.
class Expander {
public:
    Expander(std::string_view text, const Lookup& lookup, std::size_t most_bytes)
        : text_(text), lookup_(lookup), most_bytes_(most_bytes) {}

    Parsed<Expansion> run() {
        auto text = sequence(0, true);
        if (!text) {
            return std::unexpected(std::move(text.error()));
        }
        if (text->size() > most_bytes_) {
            return too_long();
        }
        return Expansion{std::move(*text), std::move(unset_)};
    }

private:
    Parsed<std::string> sequence(int level, bool taken);
    Parsed<std::string> variable(int level, bool taken);
    Parsed<std::string> braced(int level, bool taken);
    std::string_view name();
    std::string value_or_empty(std::string_view name, bool taken);
    [[nodiscard]] std::unexpected<Complaint> too_long() const {
        return complain(fmt::format("interpolation makes more than {} bytes of it", most_bytes_));
    }

    std::string_view text_;
    const Lookup& lookup_;
    std::size_t most_bytes_;
    std::size_t at_ = 0;
    std::vector<std::string> unset_;
};

/// Text and variables up to the end, or, inside braces, up to the closing one.
Parsed<std::string> Expander::sequence(int level, bool taken) {
    std::string out;
    while (at_ < text_.size() && !(level > 0 && text_[at_] == '}')) {
        if (text_[at_] != '$') {
            // Inside braces a '}' ends the sequence, outside it is a character like any other.
            const auto end = std::min(text_.find_first_of(level > 0 ? "$}" : "$", at_), text_.size());
            out += text_.substr(at_, end - at_);
            at_ = end;
            continue;
        }
        auto piece = variable(level, taken);
        if (!piece) {
            return piece;
        }
        if (out.size() + piece->size() > most_bytes_) {
            return too_long();
        }
        out += *piece;
    }
    return out;
}

std::string_view Expander::name() {
    const std::size_t begin = at_;
    if (at_ < text_.size() && begins_name(text_[at_])) {
        while (at_ < text_.size() && continues_name(text_[at_])) {
            ++at_;
        }
    }
    return text_.substr(begin, at_ - begin);
}

std::string Expander::value_or_empty(std::string_view name, bool taken) {
    if (!taken) {
        return {};
    }
    if (auto value = lookup_(std::string(name))) {
        return std::move(*value);
    }
    if (std::ranges::find(unset_, name) == unset_.end()) {
        unset_.emplace_back(name);
    }
    return {};
}

Parsed<std::string> Expander::variable(int level, bool taken) {
    ++at_;
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (c == '$') {
        ++at_;
        return "$";
    }
    if (c == '{') {
        ++at_;
        return braced(level + 1, taken);
    }
    const std::string_view found = name();
    if (found.empty()) {
        return complain(fmt::format("a lone '$' in {}", in_quotes(text_)), std::string(dollar_hint));
    }
    return value_or_empty(found, taken);
}

Parsed<std::string> Expander::braced(int level, bool taken) {
    if (level > most_nested) {
        return complain(fmt::format("variables nested more than {} deep", most_nested));
    }
    const std::string found(name());
    if (found.empty()) {
        return complain(fmt::format("no variable's name after \"${{\" in {}", in_quotes(text_)),
                        std::string(dollar_hint));
    }
    Operator op;
    if (at_ < text_.size() && text_[at_] == ':') {
        op.colon = true;
        ++at_;
    }
    if (at_ < text_.size() && std::string_view("-?+").find(text_[at_]) != std::string_view::npos) {
        op.kind = text_[at_++];
    }
    if (op.kind == '\0') {
        if (op.colon || at_ == text_.size() || text_[at_] != '}') {
            return complain(
                fmt::format("\"${{{}\" has no proper end in {}", found, in_quotes(text_)),
                "The forms are ${V}, ${V:-default}, ${V-default}, ${V:?message}, ${V?message}, "
                "${V:+replacement} and ${V+replacement}.");
        }
        ++at_;
        return value_or_empty(found, taken);
    }
    const auto value = taken ? lookup_(found) : std::nullopt;
    const bool set = value && !(op.colon && value->empty());
    auto operand = sequence(level, taken && set == (op.kind == '+'));
    if (!operand) {
        return operand;
    }
    if (at_ == text_.size()) {
        return complain(fmt::format("\"${{{}\" has no closing brace in {}", found, in_quotes(text_)));
    }
    ++at_;
    if (op.kind == '+') {
        return set ? *operand : std::string();
    }
    if (set) {
        return *value;
    }
    if (taken && op.kind == '?') {
        return complain(fmt::format("the variable {} is {}{}{}", found, value ? "empty" : "not set",
                                    operand->empty() ? "" : ": ", *operand),
                        fmt::format("Set {} in the environment or in .env beside the file.", found));
    }
    return operand;
}

void interpolate_string(Node& node, const Field& field, const Lookup& lookup, std::size_t& budget,
                        Diagnostics& diagnostics) {
    if (node.text.find('$') == std::string::npos) {
        return;
    }
    auto expansion = expand(node.text, lookup, budget);
    if (!expansion) {
        diagnostics.mistake(field, std::move(expansion.error().message),
                            std::move(expansion.error().hint));
        node.faulty = true;
        return;
    }
    for (const std::string& name : expansion->unset) {
        diagnostics.warn(field, fmt::format("the variable {} is not set; it counts as empty", name));
    }
    budget -= expansion->text.size();
    node.text = std::move(expansion->text);
}

} // namespace

Parsed<Expansion> expand(std::string_view text, const Lookup& lookup, std::size_t most_bytes) {
    return Expander(text, lookup, most_bytes).run();
}

void interpolate(Node& tree, const std::string& path, const Lookup& lookup, std::size_t& budget,
                 Diagnostics& diagnostics) {
    const Field field(tree, tree.position, path);
    if (tree.kind == NodeKind::string) {
        interpolate_string(tree, field, lookup, budget, diagnostics);
    }
    for (std::size_t i = 0; i < tree.items.size(); ++i) {
        interpolate(tree.items[i], field.at(i).path(), lookup, budget, diagnostics);
    }
    for (Entry& entry : tree.entries) {
        if (!entry.key.starts_with("x-") || entry.key == "x-fairlead") {
            interpolate(entry.value, field.at(entry).path(), lookup, budget, diagnostics);
        }
    }
}

std::string escape_dollars(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out.append(c == '$' ? 2 : 1, c);
    }
    return out;
}

} // namespace fairlead::stack_file
