#include "core/look_alike.hpp"

#include "core/names.hpp"
#include "core/utf8.hpp"

namespace seald {
namespace {

constexpr std::size_t longest = 500;

// Takes up no room on paper: soft hyphen, joiners, variation selectors, tags and their like.
bool is_invisible(char32_t c) {
    return c == 0xAD || c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0x3164 || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || c == 0xFFA0 || (c >= 0xE0000 && c <= 0xE0FFF);
}

// The blocks of marks that only belong to a letter before them; with NFC most are part of it.
bool is_combining_mark(char32_t c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF) ||
           c == 0x3099 || c == 0x309A || (c >= 0xFE20 && c <= 0xFE2F);
}

// Hangul letters in parts; NFC has whole syllables. Ideographs that NFC replaces.
bool is_decomposed(char32_t c) { return (c >= 0x1100 && c <= 0x11FF) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F) || (c >= 0x212A && c <= 0x212B) || c == 0x2126; }

// What NFC writes as one letter, among the Latin ones that European names have.
bool has_composed_form(char32_t letter, char32_t mark) {
    struct Composed {
        char32_t mark;
        std::string_view letters;
    };
    constexpr Composed composed[] = {{0x0300, "aeinouwyAEINOUWY"}, {0x0301, "aceiklmnoprsuwyzACEIKLMNOPRSUWYZ"}, {0x0302, "aceghijosuwyzACEGHIJOSUWYZ"},
                                     {0x0303, "aeinouvyAEINOUVY"}, {0x0304, "aegiouyAEGIOUY"},                     {0x0306, "aegiouAEGIOU"},
                                     {0x0308, "aehiotuwxyAEHIOUWXY"}, {0x030A, "auwyAU"}, {0x030B, "ouOU"},
                                     {0x030C, "acdeghijklnorstuzACDEGHIKLNORSTUZ"}, {0x0327, "cdeghklnrstCDEGHKLNRST"}, {0x0328, "aeiouAEIOU"}};
    for (const Composed& each : composed)
        if (each.mark == mark) return letter < 0x80 && each.letters.find(static_cast<char>(letter)) != std::string_view::npos;
    return false;
}

bool is_joiner(char32_t c) { return c == 0x200C || c == 0x200D; }

char32_t lower(char32_t c) {
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;  // full width forms of ASCII
    if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x0391 && c <= 0x03A9) || (c >= 0x0410 && c <= 0x042F)) return c + 0x20;
    if (c >= 0x0400 && c <= 0x040F) return c + 0x50;
    const bool pairs_from_even = (c >= 0x0100 && c <= 0x0137) || (c >= 0x014A && c <= 0x0177) || (c >= 0x0460 && c <= 0x052F) || (c >= 0x1E00 && c <= 0x1EFF);
    if (pairs_from_even) return c | 1U;
    const bool pairs_from_odd = (c >= 0x0139 && c <= 0x0148) || (c >= 0x0179 && c <= 0x017E);
    if (pairs_from_odd) return c % 2 == 1 ? c + 1 : c;
    return c;
}

}  // namespace

Result<std::string> decode_plain_spelling(std::string_view text) {
    auto clean = decode_text(text, "this text", longest);
    if (!clean) return clean;
    bool after_space = true;
    for (std::string_view rest = text; !rest.empty();) {
        const char32_t c = *take_code_point(rest);
        if (is_space(c) && (c != ' ' || after_space)) return malformed("has a blank that a reader does not see, at its beginning or twice in a row; allowed: single spaces between words");
        if (is_invisible(c)) return malformed("has a character in it that is invisible; allowed: what a reader sees");
        if (is_combining_mark(c) || is_decomposed(c)) return malformed("has letters that are not composed; allowed: text in Unicode normal form C (NFC)");
        after_space = c == ' ';
    }
    if (after_space) return malformed("ends with a blank, which a reader does not see; allowed: single spaces between words");
    return clean;
}

Result<std::string> decode_name_spelling(std::string_view text, std::size_t max_bytes) {
    auto clean = decode_text(text, "name", max_bytes);
    if (!clean) return clean;
    char32_t before = ' ';
    for (std::string_view rest = text; !rest.empty();) {
        const char32_t c = *take_code_point(rest);
        if (is_space(c) && (is_space(before) || rest.empty())) return malformed("name has a blank that a reader does not see; allowed: single blanks between words");
        if (is_invisible(c) && !is_joiner(c)) return malformed("name has a character in it that is invisible; allowed: what a reader sees");
        if (has_composed_form(before, c) || is_decomposed(c)) return malformed("name has letters that are not composed; allowed: text in Unicode normal form C (NFC)");
        before = c;
    }
    return clean;
}

std::string look_of(std::string_view text) {
    std::string look;
    while (!text.empty()) {
        const auto c = take_code_point(text);
        if (!c) break;
        if (is_joiner(*c)) continue;
        // Only for comparing: any unique spelling of the code point does.
        look += std::to_string(static_cast<std::uint32_t>(is_space(*c) ? U' ' : lower(*c))) + " ";
    }
    return look;
}

}  // namespace seald
