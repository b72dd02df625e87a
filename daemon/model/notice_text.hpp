// What a notice says to one person, in a language of his. Values are put into the templates once and as they are: what looks like a
// template in somebody's purpose stays what it is.
#pragma once
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace seald {

enum class Language { english, chinese };
std::string_view to_string(Language language);  // "en" "zh"
Result<Language> decode_language(std::string_view text);

struct NoticeFacts {
    std::string kind;                                               // of notice_kinds, or "test"
    std::string application, seal, applicant, purpose, type, reason;  // the applicant by name; reason may be empty
    std::string certificate = {}, ends = {};                        // its serial number, and when; of a new one its SHA-256
    std::string person = {}, act = {}, act_kind = {};               // of a seal's stop: who; of an act that waits: who asked, and for what
};

std::string notice_text(const NoticeFacts& facts, const std::string& to, Language language);  // to: a name

}  // namespace seald
