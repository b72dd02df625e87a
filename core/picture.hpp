// A seal's picture (印模): a PNG or an SVG drawing, looked into before it is kept, since others will show it.
#pragma once
#include <string>

#include "core/digest.hpp"
#include "core/encoding.hpp"

namespace seald {

inline constexpr std::size_t max_picture_bytes = 256 * 1024;
inline constexpr std::uint32_t max_picture_pixels = 4096;  // wide, and high

struct Picture {
    std::string media_type;  // "image/png" "image/svg+xml"
    Bytes content;

    Digest sha256() const { return Digest::of(DigestAlgorithm::sha256, content); }
    // By what it is, not by what it is called. too_large, or unacceptable: neither of the two, broken, or more than a picture.
    static Result<Picture> look_at(Bytes content);
};

}  // namespace seald
