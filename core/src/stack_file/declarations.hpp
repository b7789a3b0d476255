// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <fairlead/suggestion.hpp>

#include "context.hpp"
#include "in_quotes.hpp"

namespace fairlead::stack_file {

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
