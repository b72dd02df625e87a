// Text for a terminal: how many columns it takes, and what of it is safe to show. Refuses to pass on anything that
// could move the cursor, hide or reorder what a person is about to approve.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace seald {

// Columns on a terminal: 2 for CJK and full width, 0 for combining marks, 1 otherwise (Unicode Standard Annex 11).
std::size_t display_width(std::string_view utf8);

// The same text with control characters, bidirectional controls and broken UTF-8 replaced by U+FFFD; line breaks and
// tabs become blanks.
std::string printable(std::string_view text);

std::string pad_to_width(std::string text, std::size_t width);

// "2026-11-23T08:15:30.123Z" as "2026-11-23 08:15:30Z"; other text comes back as it is.
std::string short_time(std::string_view rfc3339);

}  // namespace seald
