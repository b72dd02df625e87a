// What the C2SP text formats have in common: lines that end with a newline, base64 hashes, and the characters that a
// signed note may have. Refuses anything that has a second spelling.
#pragma once
#include <optional>
#include <string_view>

#include "core/merkle.hpp"

namespace seald {

// Takes one line off the front, without its newline; nothing if no newline is left.
std::optional<std::string_view> take_line(std::string_view& text);

std::optional<TreeHash> decode_tree_hash(std::string_view base64);

// signed-note: "Signed notes MUST be valid UTF-8 and MUST NOT contain any ASCII control characters (those below U+0020)
// other than newline."
bool is_note_text(std::string_view text);

}  // namespace seald
