// SPDX-License-Identifier: MIT
#include "context.hpp"

#include <utility>

#include <fmt/format.h>

#include "in_quotes.hpp"
#include "text_file.hpp"

namespace fairlead::stack_file {

std::filesystem::path Context::resolve(const std::string& path) const {
    std::filesystem::path expanded = path;
    if (path == "~" || path.starts_with("~/")) {
        if (const auto home = lookup("HOME"); home && !home->empty()) {
            expanded = *home + path.substr(1);
        }
    }
    std::filesystem::path resolved = (folder / expanded).lexically_normal();
    // Normalising keeps the slash at the end, which two spellings of one folder should not differ by.
    return resolved.has_filename() || resolved == resolved.root_path() ? resolved
                                                                       : resolved.parent_path();
}

std::optional<std::string> Context::read_file(const Field& field, const std::filesystem::path& path) {
    auto text = read_text_file(path, bytes_left);
    if (!text) {
        diagnostics.mistake(
            field, fmt::format("cannot read {}: {}", in_quotes(path.native()), text.error().message),
            text.error().hint.empty() ? "Relative paths start at the stack file's folder."
                                      : std::move(text.error().hint));
        return {};
    }
    bytes_left -= text->size();
    return std::move(*text);
}

} // namespace fairlead::stack_file
