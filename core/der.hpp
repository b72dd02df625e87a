// Writing DER (X.690), just what CMS needs: tag, length, content. Reading is left to OpenSSL.
#pragma once
#include <initializer_list>
#include <vector>

#include "core/encoding.hpp"

namespace seald::der {

inline constexpr std::uint8_t octet_string = 0x04;
inline constexpr std::uint8_t sequence = 0x30;
inline constexpr std::uint8_t set = 0x31;
inline constexpr std::uint8_t context_0 = 0xA0;  // [0] constructed
inline constexpr std::uint8_t context_1 = 0xA1;
inline constexpr std::uint8_t context_2 = 0xA2;

Bytes element(std::uint8_t tag, std::initializer_list<BytesView> content);
Bytes integer(std::uint8_t value);  // 0 to 127
Bytes null();
Bytes object_identifier(int nid);  // of an algorithm or attribute that OpenSSL knows

// SET OF: the elements in ascending order of their encodings (X.690 section 11.6).
Bytes set_of(std::vector<Bytes> elements, std::uint8_t tag = set);

}  // namespace seald::der
