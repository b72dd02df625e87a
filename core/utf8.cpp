#include "core/utf8.hpp"

#include <cstddef>

namespace seald {
namespace {

struct Form {
    std::size_t length;  // bytes in all
    char32_t lead_bits;  // what the first byte carries
    char32_t smallest;   // anything below has a shorter form
};

std::optional<Form> form_of(unsigned char first) {
    if (first < 0x80) return Form{1, first, 0};
    if ((first & 0xE0) == 0xC0) return Form{2, first & 0x1FU, 0x80};
    if ((first & 0xF0) == 0xE0) return Form{3, first & 0x0FU, 0x800};
    if ((first & 0xF8) == 0xF0) return Form{4, first & 0x07U, 0x10000};
    return std::nullopt;
}

}  // namespace

std::optional<char32_t> take_code_point(std::string_view& text) {
    auto form = form_of(static_cast<unsigned char>(text.front()));
    if (!form || form->length > text.size()) return std::nullopt;
    char32_t c = form->lead_bits;
    for (std::size_t i = 1; i < form->length; ++i) {
        auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0) != 0x80) return std::nullopt;
        c = (c << 6) | (byte & 0x3FU);
    }
    bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    if (c < form->smallest || c > 0x10FFFF || surrogate) return std::nullopt;
    text.remove_prefix(form->length);
    return c;
}

bool is_space(char32_t c) {
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_bidi_control(char32_t c) {
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace seald
