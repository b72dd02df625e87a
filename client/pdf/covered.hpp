// What a PDF signature covers (ISO 32000-2 section 12.8.1): the whole file but for the hole that the signature itself goes
// into. The digest of that is what is approved, what the seal signs, and what the ledger has.
#pragma once
#include <string>

#include "core/digest.hpp"

namespace seald::pdf {

inline constexpr std::size_t room_bytes = 16 * 1024;  // for the signature's DER, with its certificates

struct Hole {  // from the "<" on, up to behind the ">"
    std::size_t begin, end;
    friend bool operator==(const Hole&, const Hole&) = default;
};

struct Prepared {  // a file with an empty hole
    std::string content;
    Hole hole;
};

Digest covered_digest(std::string_view content, const Hole& hole, DigestAlgorithm algorithm);
// The covered bytes on their own, as they are handed in; and the file again, by the numbers of its newest /ByteRange.
std::string take_hole_out(const Prepared& prepared);
Result<Prepared> put_hole_in(const std::string& covered);                 // malformed: not what take_hole_out gave
Result<std::string> put_signature_in(Prepared prepared, BytesView cms);   // too_large

}  // namespace seald::pdf
