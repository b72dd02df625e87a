#include "core/act_number.hpp"

#include "core/names.hpp"

namespace seald {

// Written as an application's number is, but for the letter.
Result<ActNumber> ActNumber::decode(std::string_view text) {
    const auto same = text.starts_with("P-") ? ApplicationNumber::decode("A" + std::string(text.substr(1))) : Result<ApplicationNumber>(malformed(""));
    if (!same) return malformed("not the number of an act: these look like P-2026-0001");
    return make(same->year(), same->sequence());
}

ActNumber ActNumber::make(int year, unsigned sequence) {
    ActNumber number;
    number.year_ = year;
    number.sequence_ = sequence;
    return number;
}

std::string ActNumber::str() const { return "P" + ApplicationNumber::make(year_, sequence_).str().substr(1); }

}  // namespace seald
