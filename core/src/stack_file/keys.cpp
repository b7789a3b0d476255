// SPDX-License-Identifier: MIT
#include "keys.hpp"

#include <fmt/format.h>

#include <fairlead/suggestion.hpp>

#include "in_quotes.hpp"

namespace fairlead::stack_file {

void report_unsupported(Context& context, const Field& field, std::string_view hint) {
    context.diagnostics.misnamed(field, "fairlead does not support this field",
                                 hint.empty() ? "Remove it; nothing is ignored silently."
                                              : std::string(hint));
}

void report_unknown(Context& context, const Field& field, std::string_view key,
                    std::span<const std::string_view> known) {
    const auto word = closest_word(key, known);
    context.diagnostics.misnamed(field, fmt::format("unknown key {}", in_quotes(key)),
                                 word ? fmt::format("Did you mean \"{}\"?", *word)
                                      : "Keys that begin with \"x-\" are ignored.");
}

} // namespace fairlead::stack_file
