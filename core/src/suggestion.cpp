// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <vector>

#include <fairlead/suggestion.hpp>

namespace fairlead {
namespace {

/// Insertions, deletions, replacements and swaps of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last;
    std::vector<std::size_t> last(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::vector<std::size_t> row(b.size() + 1, i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        before_last = std::move(last);
        last = std::move(row);
    }
    return last.back();
}

} // namespace

std::optional<std::string> closest_word(std::string_view word,
                                        std::span<const std::string_view> candidates) {
    // Nobody mistypes a longer word, and the distance costs the product of the lengths.
    constexpr std::size_t longest = 128;
    if (word.size() > longest) {
        return {};
    }
    // A third of the word may be wrong, and one letter of even the shortest.
    const std::size_t far = std::max<std::size_t>(1, word.size() / 3);
    std::size_t nearest = far + 1;
    std::optional<std::string> best;
    for (const std::string_view candidate : candidates) {
        const std::size_t difference =
            std::max(candidate.size(), word.size()) - std::min(candidate.size(), word.size());
        if (difference >= nearest) {
            continue;
        }
        if (const std::size_t distance = edit_distance(word, candidate);
            distance < nearest && distance < candidate.size()) {
            nearest = distance;
            best = std::string(candidate);
        }
    }
    return best;
}

} // namespace fairlead
