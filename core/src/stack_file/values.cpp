// SPDX-License-Identifier: MIT
#include "values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <fairlead/time.hpp>

#include "byte_size.hpp"
#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

template <class Number>
std::optional<Number> whole_text_as(std::string_view text) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [at, code] = std::from_chars(text.data(), end, number);
    return code == std::errc{} && at == end ? std::optional(number) : std::nullopt;
}

bool is_number_or_string(const Field& field) {
    return field.node().kind == NodeKind::number || field.node().kind == NodeKind::string;
}

std::string what_is(const Node& node) {
    if (node.kind == NodeKind::string || node.kind == NodeKind::number ||
        node.kind == NodeKind::boolean) {
        return node.kind == NodeKind::string ? in_quotes(node.text) : node.text;
    }
    return std::string(describe(node.kind));
}

} // namespace

void wrong_kind(Context& context, const Field& field, std::string_view what) {
    context.diagnostics.mistake(field, fmt::format("expected {}, got {}", what, what_is(field.node())));
}

bool expect(Context& context, const Field& field, NodeKind kind) {
    if (field.node().kind == kind) {
        return true;
    }
    wrong_kind(context, field, describe(kind));
    return false;
}

std::optional<std::string> read_string(Context& context, const Field& field) {
    if (!expect(context, field, NodeKind::string)) {
        return {};
    }
    return field.node().text;
}

std::optional<std::string> read_name(Context& context, const Field& field) {
    auto text = read_string(context, field);
    if (text && text->empty()) {
        context.diagnostics.mistake(field, "must not be empty");
        return {};
    }
    return text;
}

std::optional<std::string> read_scalar(Context& context, const Field& field) {
    switch (field.node().kind) {
    case NodeKind::string:
    case NodeKind::number:
    case NodeKind::boolean:
        return field.node().text;
    case NodeKind::null:
    case NodeKind::list:
    case NodeKind::map:
        break;
    }
    wrong_kind(context, field, "a string or a number");
    return {};
}

std::optional<bool> read_bool(Context& context, const Field& field) {
    const Node& node = field.node();
    std::string word = node.text;
    std::ranges::transform(word, word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (node.kind == NodeKind::boolean || node.kind == NodeKind::string) {
        constexpr std::array<std::string_view, 5> yes{"true", "yes", "y", "on", "1"};
        constexpr std::array<std::string_view, 5> no{"false", "no", "n", "off", "0"};
        if (std::ranges::find(yes, word) != yes.end()) {
            return true;
        }
        if (std::ranges::find(no, word) != no.end()) {
            return false;
        }
    }
    wrong_kind(context, field, describe(NodeKind::boolean));
    return {};
}

std::optional<std::int64_t> read_integer(Context& context, const Field& field, std::int64_t least,
                                         std::int64_t most) {
    const auto number =
        is_number_or_string(field) ? whole_text_as<std::int64_t>(field.node().text) : std::nullopt;
    if (number && *number >= least && *number <= most) {
        return number;
    }
    wrong_kind(context, field,
               most == std::numeric_limits<std::int64_t>::max()
                   ? fmt::format("a whole number from {}", least)
                   : fmt::format("a whole number from {} to {}", least, most));
    return {};
}

std::optional<double> read_decimal(Context& context, const Field& field) {
    const auto number =
        is_number_or_string(field) ? whole_text_as<double>(field.node().text) : std::nullopt;
    if (number && std::isfinite(*number) && *number >= 0) {
        return number;
    }
    wrong_kind(context, field, "a number that is not negative");
    return {};
}

std::optional<std::uint64_t> read_bytes(Context& context, const Field& field) {
    if (!is_number_or_string(field)) {
        wrong_kind(context, field, "a number of bytes, or a size such as \"512m\"");
        return {};
    }
    return accept(context, field, parse_bytes(field.node().text));
}

std::optional<std::chrono::nanoseconds> read_duration(Context& context, const Field& field) {
    constexpr std::string_view form = "a duration such as \"1m30s\" or \"500ms\"";
    if (field.node().kind != NodeKind::string) {
        wrong_kind(context, field, form);
        return {};
    }
    if (auto duration = parse_duration(field.node().text)) {
        return *duration;
    }
    wrong_kind(context, field, form);
    return {};
}

std::optional<std::uint32_t> read_mode(Context& context, const Field& field) {
    const Node& node = field.node();
    constexpr std::uint32_t most = 07777;
    std::uint32_t mode = most + 1;
    const char* const end = node.text.data() + node.text.size();
    if (is_number_or_string(field)) {
        const int base = node.kind == NodeKind::string ? 8 : 10;
        if (const auto [at, code] = std::from_chars(node.text.data(), end, mode, base);
            code == std::errc{} && at == end && mode <= most) {
            return mode;
        }
    }
    context.diagnostics.mistake(
        field, fmt::format("expected permissions, got {}", what_is(node)),
        "Write them as octal text, as in \"0440\"; a JSON number counts as decimal.");
    return {};
}

std::vector<std::string> read_strings(Context& context, const Field& field) {
    std::vector<std::string> out;
    if (!expect(context, field, NodeKind::list)) {
        return out;
    }
    for (std::size_t i = 0; i < field.node().items.size(); ++i) {
        if (auto text = read_scalar(context, field.at(i))) {
            out.push_back(std::move(*text));
        }
    }
    return out;
}

std::vector<std::string> read_string_or_strings(Context& context, const Field& field) {
    if (field.node().kind == NodeKind::string) {
        return {field.node().text};
    }
    if (field.node().kind != NodeKind::list) {
        wrong_kind(context, field, "a string or a list of strings");
        return {};
    }
    return read_strings(context, field);
}

std::vector<Pair> read_pairs(Context& context, const Field& field) {
    std::vector<Pair> out;
    const Node& node = field.node();
    if (node.kind == NodeKind::map) {
        for (const Entry& entry : node.entries) {
            const Field at = field.at(entry);
            if (entry.value.kind == NodeKind::null) {
                out.push_back({at, entry.key, {}});
            } else if (auto value = read_scalar(context, at)) {
                out.push_back({at, entry.key, std::move(value)});
            }
        }
    } else if (node.kind == NodeKind::list) {
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            const auto text = read_string(context, field.at(i));
            if (!text) {
                continue;
            }
            const auto equals = text->find('=');
            out.push_back(
                {field.at(i), text->substr(0, equals),
                 equals == std::string::npos ? std::nullopt : std::optional(text->substr(equals + 1))});
        }
    } else {
        wrong_kind(context, field, "a map or a list of \"KEY=VALUE\"");
    }
    return out;
}

std::map<std::string, std::string> read_labels(Context& context, const Field& field) {
    std::map<std::string, std::string> out;
    for (Pair& pair : read_pairs(context, field)) {
        if (pair.key.empty()) {
            context.diagnostics.misnamed(pair.field, "the key is empty");
        } else if (pair.key.starts_with("com.docker.compose") || pair.key.starts_with("dev.fairlead")) {
            context.diagnostics.misnamed(
                pair.field, fmt::format("{} is reserved", in_quotes(pair.key)),
                "Keys that begin with com.docker.compose or dev.fairlead belong to the tools.");
        } else {
            out[pair.key] = std::move(pair.value).value_or("");
        }
    }
    return out;
}

} // namespace fairlead::stack_file
