// The word somebody probably meant: at most two letters away.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace seald {

// Letters to insert, remove or replace (Levenshtein); limit + 1 when it is more than `limit`.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

std::optional<std::string> nearest_word(std::string_view word, const std::set<std::string, std::less<>>& words);

}  // namespace seald
