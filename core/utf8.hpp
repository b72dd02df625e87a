// Reading UTF-8 one code point at a time. Refuses what Unicode calls ill-formed: overlong forms, surrogates, values
// beyond U+10FFFF, truncated sequences.
#pragma once
#include <optional>
#include <string_view>

namespace seald {

// Takes one code point off the front of `text`, which must not be empty; nothing if it does not start with one.
std::optional<char32_t> take_code_point(std::string_view& text);

// Unicode property White_Space.
bool is_space(char32_t c);

// Unicode property Bidi_Control: these change the order in which a reader sees the text around them.
bool is_bidi_control(char32_t c);

}  // namespace seald
