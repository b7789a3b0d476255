// SPDX-License-Identifier: MIT
#include "outcome.hpp"

#include <algorithm>
#include <iterator>

namespace fairlead::podman {

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (!line.empty()) {
            lines.emplace_back(line);
        }
    }
    return lines;
}

Result<void> all_of_them(std::vector<Error> failures) {
    if (failures.empty()) {
        return {};
    }
    Error first = std::move(failures.front());
    first.cleanup_failures.assign(std::make_move_iterator(failures.begin() + 1),
                                  std::make_move_iterator(failures.end()));
    return fail(std::move(first));
}

} // namespace fairlead::podman
