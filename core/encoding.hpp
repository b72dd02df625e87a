// Bytes <-> text. Decoding is strict: no white space, no missing or superfluous padding, canonical trailing bits.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace seald {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

BytesView as_bytes(std::string_view text);
std::string_view as_text(BytesView bytes);

std::string encode_hex(BytesView bytes);                 // lower case
Result<Bytes> decode_hex(std::string_view text);         // lower case only
std::string encode_base64(BytesView bytes);              // RFC 4648 section 4, padded
Result<Bytes> decode_base64(std::string_view text);
std::string encode_base64url(BytesView bytes);           // RFC 4648 section 5, without padding (as RFC 7515 has it)
Result<Bytes> decode_base64url(std::string_view text);

// Is this well-formed UTF-8 without control characters (C0, DEL, C1), bidirectional overrides or NUL?
bool is_clean_text(std::string_view text);

}  // namespace seald
