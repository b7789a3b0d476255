// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

#include "context.hpp"
#include "values.hpp"

namespace fairlead::stack_file {

/// One key of a map with fixed keys, and what to do with its value.
template <class Target>
struct Key {
    std::string_view name;
    void (*read)(Context&, const Field&, Target&);
};

/// A key that Compose knows and fairlead does not do.
struct UnsupportedKey {
    std::string_view name;
    std::string_view hint{};
};

void report_unsupported(Context& context, const Field& field, std::string_view hint);
void report_unknown(Context& context, const Field& field, std::string_view key,
                    std::span<const std::string_view> known);

/// Gives every key of a map to its reader, in the order of the file. `x-*` is left alone unless it is
/// among `keys`; null stands for absent; what is neither known nor unsupported is a mistake.
template <class Target>
void read_keys(Context& context, const Field& field, Target& target, std::span<const Key<Target>> keys,
               std::span<const UnsupportedKey> unsupported = {}) {
    if (!expect(context, field, NodeKind::map)) {
        return;
    }
    for (const Entry& entry : field.node().entries) {
        const Field at = field.at(entry);
        if (const auto key = std::ranges::find(keys, entry.key, &Key<Target>::name); key != keys.end()) {
            if (entry.value.kind != NodeKind::null) {
                key->read(context, at, target);
            }
        } else if (entry.key.starts_with("x-")) {
            continue;
        } else if (const auto no = std::ranges::find(unsupported, entry.key, &UnsupportedKey::name);
                   no != unsupported.end()) {
            report_unsupported(context, at, no->hint);
        } else {
            std::vector<std::string_view> names;
            if (!context.diagnostics.full()) {
                std::ranges::transform(keys, std::back_inserter(names), &Key<Target>::name);
                std::ranges::transform(unsupported, std::back_inserter(names), &UnsupportedKey::name);
            }
            report_unknown(context, at, entry.key, names);
        }
    }
}

/// Reads a value with `Read` into a member of the target.
template <auto Member, auto Read>
constexpr auto into = [](Context& context, const Field& field, auto& target) {
    if (auto value = Read(context, field)) {
        target.*Member = std::move(*value);
    }
};

} // namespace fairlead::stack_file
