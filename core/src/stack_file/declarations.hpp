// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <fairlead/suggestion.hpp>

#include "../name_rules.hpp"
#include "context.hpp"
#include "in_quotes.hpp"
#include "values.hpp"

namespace fairlead::stack_file {

/// Gives each entry of one of the top level's maps to `declare(field, entry)`, having checked its name.
template <class Declare>
void for_each_declared(Context& context, const Field& field, Declare declare) {
    if (!expect(context, field, NodeKind::map)) {
        return;
    }
    for (const Entry& entry : field.node().entries) {
        if (entry.key.starts_with("x-")) {
            continue;
        }
        const Field at = field.at(entry);
        if (!name_rules::is_object(entry.key, 1, name_rules::longest_part)) {
            context.diagnostics.misnamed(at, fmt::format("{} is no name", in_quotes(entry.key)),
                                         "Letters, digits, '_', '.' and '-', beginning with a letter or "
                                         "digit, at most 63.");
        }
        declare(at, entry);
    }
}

/// What the top level declares under `name`; if nothing, that is a mistake at `field`. `kind` says
/// what it is: `volume`, `network`, `secret`, `config`.
template <class Declared>
[[nodiscard]] const Declared* find_declared(Context& context, const Field& field,
                                            const std::map<std::string, Declared, std::less<>>& declared,
                                            std::string_view name, std::string_view kind) {
    if (const auto found = declared.find(name); found != declared.end()) {
        return &found->second;
    }
    std::vector<std::string_view> names;
    for (auto at = declared.begin(); at != declared.end() && !context.diagnostics.full(); ++at) {
        names.push_back(at->first);
    }
    const auto word = closest_word(name, names);
    context.diagnostics.misnamed(
        field, fmt::format("the {} {} is not declared", kind, in_quotes(name)),
        word ? fmt::format("Did you mean \"{}\"?", *word)
        : kind == "volume"
            ? "Declare it under the top level's volumes; a path begins with '.', '/' or '~'."
            : fmt::format("Declare it under the top level's {}s.", kind));
    return nullptr;
}

} // namespace fairlead::stack_file
