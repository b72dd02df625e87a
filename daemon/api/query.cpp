#include "daemon/api/query.hpp"

#include <algorithm>
#include <charconv>

namespace seald {

Result<void> Query::only(std::initializer_list<std::string_view> known) const {
    for (const auto& [name, value] : parameters_)
        if (std::ranges::find(known, name) == known.end()) return malformed("unknown query parameter \"" + name + "\"");
    return {};
}

std::optional<std::string> Query::find_text(std::string_view name) const {
    const auto found = parameters_.find(name);
    if (found == parameters_.end()) return std::nullopt;
    return found->second;
}

Result<std::optional<std::uint64_t>> Query::find_number(std::string_view name) const {
    const auto text = find_text(name);
    if (!text) return std::optional<std::uint64_t>();
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (failure != std::errc() || end != text->data() + text->size() || value > INT64_MAX)
        return malformed("query parameter \"" + std::string(name) + "\" must be a number");
    return std::optional(value);
}

Result<std::uint64_t> Query::number(std::string_view name, std::uint64_t fallback, std::uint64_t most) const {
    auto value = find_number(name);
    if (!value) return value.error();
    if (!*value) return fallback;
    if (**value > most) return malformed("query parameter \"" + std::string(name) + "\" must be at most " + std::to_string(most));
    return **value;
}

}  // namespace seald
