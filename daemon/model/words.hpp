// Words for closed lists of values: decoding by comparing with each value's own word, so that the two directions cannot
// disagree. An unknown word is refused with the list of what is allowed.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace seald {

template <class Value, std::size_t N>
Result<Value> decode_word(std::string_view text, std::string_view what, const std::array<Value, N>& all) {
    std::string allowed;
    for (const Value value : all) {
        if (to_string(value) == text) return value;
        if (!allowed.empty()) allowed += ", ";
        allowed += to_string(value);
    }
    return unacceptable("unknown " + std::string(what) + "; allowed: " + allowed);
}

}  // namespace seald
