#include "core/note_text.hpp"

#include <algorithm>

#include "core/utf8.hpp"

namespace seald {

std::optional<std::string_view> take_line(std::string_view& text) {
    std::size_t end = text.find('\n');
    if (end == text.npos) return std::nullopt;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

std::optional<TreeHash> decode_tree_hash(std::string_view base64) {
    auto bytes = decode_base64(base64);
    TreeHash hash;
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    return hash;
}

bool is_note_text(std::string_view text) {
    while (!text.empty()) {
        auto c = take_code_point(text);
        if (!c || (*c < 0x20 && *c != '\n')) return false;
    }
    return true;
}

}  // namespace seald
