#include "client/display_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace seald {
namespace {

constexpr char32_t replacement = 0xFFFD;

struct Range {
    char32_t first, last;
};

// East Asian Width W and F (Unicode 15), neighbouring blocks joined.
constexpr std::array wide = {
    Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},
    Range{0x4E00, 0xA4CF},   Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
    Range{0xFE10, 0xFE19},   Range{0xFE30, 0xFE6F},   Range{0xFF01, 0xFF60},   Range{0xFFE0, 0xFFE6},
    Range{0x17000, 0x18CFF}, Range{0x1B000, 0x1B2FF}, Range{0x1F300, 0x1F64F}, Range{0x1F900, 0x1F9FF},
    Range{0x20000, 0x3FFFD},
};
constexpr std::array zero_width = {
    Range{0x0300, 0x036F}, Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200D},
    Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}, Range{0xE0100, 0xE01EF},
};
constexpr std::array unsafe = {
    Range{0x00, 0x1F},     Range{0x7F, 0x9F},     Range{0x061C, 0x061C}, Range{0x200B, 0x200B},
    Range{0x200E, 0x200F}, Range{0x2028, 0x202E}, Range{0x2060, 0x2069}, Range{0xFEFF, 0xFEFF},
};

template <std::size_t N>
bool in(const std::array<Range, N>& ranges, char32_t c) {
    return std::any_of(ranges.begin(), ranges.end(), [c](Range r) { return r.first <= c && c <= r.last; });
}

// Takes one code point off the front; U+FFFD for a byte that starts none (RFC 3629 section 4).
char32_t take_code_point(std::string_view& rest) {
    const auto first = static_cast<unsigned char>(rest.front());
    const std::size_t length = first < 0x80             ? 1
                               : (first & 0xE0) == 0xC0 ? 2
                               : (first & 0xF0) == 0xE0 ? 3
                               : (first & 0xF8) == 0xF0 ? 4
                                                        : 0;
    char32_t c = length <= 1 ? first : first & (0x7Fu >> length);
    bool good = length != 0 && rest.size() >= length;
    for (std::size_t i = 1; good && i < length; ++i) {
        const auto next = static_cast<unsigned char>(rest[i]);
        good = (next & 0xC0) == 0x80;
        c = (c << 6) | (next & 0x3Fu);
    }
    constexpr std::array<char32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
    good = good && c >= smallest[length] && c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
    rest.remove_prefix(good ? length : 1);
    return good ? c : replacement;
}

std::size_t width_of(char32_t c) { return in(zero_width, c) ? 0 : in(wide, c) ? 2 : 1; }

}  // namespace

std::size_t display_width(std::string_view utf8) {
    std::size_t width = 0;
    while (!utf8.empty()) width += width_of(take_code_point(utf8));
    return width;
}

std::string printable(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const std::string_view before = text;
        const char32_t c = take_code_point(text);
        if (c == '\n' || c == '\t' || c == '\r') {
            shown += ' ';
        } else if (c == replacement || in(unsafe, c)) {
            shown += "\uFFFD";
        } else {
            shown += before.substr(0, before.size() - text.size());
        }
    }
    return shown;
}

std::string pad_to_width(std::string text, std::size_t width) {
    const std::size_t now = display_width(text);
    if (now < width) text.append(width - now, ' ');
    return text;
}

std::string short_time(std::string_view rfc3339) {
    if (rfc3339.size() < 20 || rfc3339[10] != 'T' || rfc3339.back() != 'Z') return std::string(rfc3339);
    return std::string(rfc3339.substr(0, 10)) + ' ' + std::string(rfc3339.substr(11, 8)) + 'Z';
}

}  // namespace seald
