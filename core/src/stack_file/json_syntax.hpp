// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "text_cursor.hpp"

namespace fairlead::stack_file {

/// What may come next in JSON.
enum class JsonNext {
    value,
    /// After `[`.
    value_or_end,
    /// After a value of a list.
    list_comma,
    /// After `{`.
    key_or_end,
    key,
    colon,
    /// After a value of a map.
    map_comma,
    end_of_file,
};

struct SyntaxError {
    Position position;
    std::string message;
    std::string hint;
};

/// Finds out what is wrong with JSON that a parser has refused. `cursor` stands behind the last token
/// that was right, and `next` is what was allowed there.
[[nodiscard]] SyntaxError explain_syntax_error(TextCursor cursor, JsonNext next);

} // namespace fairlead::stack_file
