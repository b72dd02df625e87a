// Texts that are different bytes and the same to a reader.
#pragma once
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace seald {

// malformed unless it has one spelling only: no blanks at its ends or two in a row, no blank but the space (U+0020), nothing
// invisible, and letters composed (NFC) as far as combining diacritical marks can tell.
Result<std::string> decode_plain_spelling(std::string_view text);

// The same for people's names, whose languages may need joiners, and marks on letters that have no composed form: only what NFC
// has a letter for must be that letter. At most max_bytes.
Result<std::string> decode_name_spelling(std::string_view text, std::size_t max_bytes);

// What two texts with plain spelling have in common when they look the same: letters' case and full width forms are levelled,
// for Latin, Greek and Cyrillic. For comparing only.
std::string look_of(std::string_view text);

}  // namespace seald
