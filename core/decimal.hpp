// Whole numbers as the C2SP formats and our own names write them: ASCII digits, no sign, no leading zero.
// Refuses what does not fit into 64 bits.
#pragma once
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace seald {

inline std::optional<std::uint64_t> decode_decimal(std::string_view text) {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::uint64_t value = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace seald
