#include "core/names.hpp"

#include <algorithm>

#include "core/decimal.hpp"
#include "core/encoding.hpp"
#include "core/utf8.hpp"

namespace seald {
namespace {

constexpr std::size_t kMaxName = 64;

// Plain comparisons: <cctype> would ask the locale.
bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool continues_name(char c) { return starts_name(c) || c == '.' || c == '_' || c == '-'; }

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kMaxName && starts_name(text.front()) &&
           std::all_of(text.begin(), text.end(), continues_name);
}

std::string with_four_digits(unsigned number) {
    std::string digits = std::to_string(number);
    return digits.size() < 4 ? std::string(4 - digits.size(), '0') + digits : digits;
}

// Four digits, or more without a leading zero, so that a number has one spelling only.
std::optional<std::uint64_t> decode_padded(std::string_view digits) {
    if (digits.size() == 4)
        digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    else if (digits.size() < 4 || digits.size() > 9)
        return std::nullopt;
    return decode_decimal(digits);
}

bool is_blank(std::string_view text) {
    while (!text.empty()) {
        auto c = take_code_point(text);
        if (!c || !is_space(*c)) return false;
    }
    return true;
}

}  // namespace

template <class Tag>
Result<Name<Tag>> Name<Tag>::decode(std::string_view text) {
    if (is_name(text)) return Name(std::string(text));
    return malformed("not a " + std::string(Tag::what) +
                     ": a-z or 0-9 first, then a-z 0-9 . _ - only, at most 64 characters");
}

template class Name<SealNameTag>;
template class Name<TokenNameTag>;
template class Name<PersonIdTag>;
template class Name<DepartmentTag>;
template class Name<StepNameTag>;

Result<ApplicationNumber> ApplicationNumber::decode(std::string_view text) {
    Error problem = malformed("not an application number: these look like A-2026-0001");
    if (text.size() < 11 || !text.starts_with("A-") || text[6] != '-') return problem;
    auto year = decode_decimal(text.substr(2, 4));
    auto sequence = decode_padded(text.substr(7));
    if (!year || !sequence || *sequence == 0) return problem;
    return make(static_cast<int>(*year), static_cast<unsigned>(*sequence));
}

ApplicationNumber ApplicationNumber::make(int year, unsigned sequence) {
    ApplicationNumber number;
    number.year_ = year;
    number.sequence_ = sequence;
    return number;
}

std::string ApplicationNumber::str() const { return "A-" + std::to_string(year_) + "-" + with_four_digits(sequence_); }

Result<std::string> decode_text(std::string_view text, std::string_view what, std::size_t max_bytes) {
    std::string name(what);
    if (text.size() > max_bytes) {
        return Error{.code = ErrorCode::too_large,
                     .message = name + " is longer than " + std::to_string(max_bytes) + " bytes"};
    }
    if (is_blank(text)) return malformed(name + " is empty");
    if (!is_clean_text(text)) {
        return malformed(name + " is not clean UTF-8 text (no control or text direction characters, no line breaks)");
    }
    return std::string(text);
}

}  // namespace seald
