#include "config/nearest_word.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace seald {

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    // Bounds the work for hostile input, too: one of the two is always a word of ours.
    if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit) return limit + 1;
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return std::min(row.back(), limit + 1);
}

std::optional<std::string> nearest_word(std::string_view word, const std::set<std::string, std::less<>>& words) {
    constexpr std::size_t limit = 2;
    std::size_t best = limit + 1;
    std::optional<std::string> nearest;
    for (const std::string& candidate : words) {
        const std::size_t distance = edit_distance(word, candidate, limit);
        if (distance < best && distance < candidate.size()) {
            best = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

}  // namespace seald
