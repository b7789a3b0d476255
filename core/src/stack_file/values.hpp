// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "context.hpp"
#include "node.hpp"

/// The kinds of values that fields have. Each function reads one kind; when the value is of another, it
/// reports that as a mistake and returns nothing.
namespace fairlead::stack_file {

[[nodiscard]] bool expect(Context& context, const Field& field, NodeKind kind);
/// Reports "expected `what`, got …".
void wrong_kind(Context& context, const Field& field, std::string_view what);
/// Reports a complaint at `field`; returns the value otherwise.
template <class T>
[[nodiscard]] std::optional<T> accept(Context& context, const Field& field, Parsed<T>&& parsed) {
    if (!parsed) {
        context.diagnostics.mistake(field, std::move(parsed.error().message),
                                    std::move(parsed.error().hint));
        return {};
    }
    return std::move(*parsed);
}

/// A string.
[[nodiscard]] std::optional<std::string> read_string(Context& context, const Field& field);
/// A string that is not empty.
[[nodiscard]] std::optional<std::string> read_name(Context& context, const Field& field);
/// A string, a number or a boolean, as text.
[[nodiscard]] std::optional<std::string> read_scalar(Context& context, const Field& field);
/// A boolean, or a word for one, as a variable gives it.
[[nodiscard]] std::optional<bool> read_bool(Context& context, const Field& field);
/// A whole number, or its text.
[[nodiscard]] std::optional<std::int64_t> read_integer(Context& context, const Field& field,
                                                       std::int64_t least, std::int64_t most);
[[nodiscard]] std::optional<double> read_decimal(Context& context, const Field& field);
/// A number of bytes, or a text with a unit.
[[nodiscard]] std::optional<std::uint64_t> read_bytes(Context& context, const Field& field);
[[nodiscard]] std::optional<std::chrono::nanoseconds> read_duration(Context& context, const Field& field);
/// File permissions: a number, or a text in octal.
[[nodiscard]] std::optional<std::uint32_t> read_mode(Context& context, const Field& field);

/// The items of a list of strings; items of another kind are mistakes and left out.
[[nodiscard]] std::vector<std::string> read_strings(Context& context, const Field& field);
/// One string, or a list of them.
[[nodiscard]] std::vector<std::string> read_string_or_strings(Context& context, const Field& field);

/// One entry of a field that is a map or a list of `KEY=VALUE`.
struct Pair {
    Field field;
    std::string key;
    /// Absent for a bare key or a null.
    std::optional<std::string> value;
};
[[nodiscard]] std::vector<Pair> read_pairs(Context& context, const Field& field);

/// Labels and annotations: like pairs, a bare key is empty, and prefixes that belong to Compose and
/// to fairlead are refused.
[[nodiscard]] std::map<std::string, std::string> read_labels(Context& context, const Field& field);

} // namespace fairlead::stack_file
