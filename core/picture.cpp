#include "core/picture.hpp"

#include <algorithm>
#include <array>

#include "core/svg_check.hpp"

namespace seald {
namespace {

constexpr std::array<std::uint8_t, 8> png_signature{0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a};

Error broken(const std::string& what) { return unacceptable("the PNG is broken: " + what); }

std::uint32_t number_at(BytesView bytes, std::size_t at) {
    return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

// W3C PNG, annex D: CRC-32 over a chunk's type and data.
std::uint32_t crc_of(BytesView bytes) {
    std::uint32_t crc = 0xffffffff;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
    }
    return ~crc;
}

Result<void> check_header(BytesView data) {
    if (data.size() != 13) return broken("its header has another length");
    const auto width = number_at(data, 0), height = number_at(data, 4);
    if (width == 0 || height == 0) return broken("it has no size");
    if (width > max_picture_pixels || height > max_picture_pixels)
        return unacceptable("the picture has " + std::to_string(width) + " x " + std::to_string(height) + " pixels; allowed: up to " +
                            std::to_string(max_picture_pixels) + " each way");
    return {};
}

// Chunk by chunk to its end: what is behind the end would be something else.
Result<void> check_png(BytesView bytes) {
    bool has_data = false;
    for (std::size_t at = png_signature.size(), number = 0;; ++number) {
        if (bytes.size() - at < 12) return broken("it ends too early");
        const std::size_t length = number_at(bytes, at);
        if (length > bytes.size() - at - 12) return broken("a part is longer than the file");
        const std::string type(bytes.begin() + static_cast<std::ptrdiff_t>(at) + 4, bytes.begin() + static_cast<std::ptrdiff_t>(at) + 8);
        if (crc_of(bytes.subspan(at + 4, length + 4)) != number_at(bytes, at + 8 + length)) return broken("a checksum is wrong");
        if ((number == 0) != (type == "IHDR")) return broken("it does not begin with one header");
        if (number == 0)
            if (auto header = check_header(bytes.subspan(at + 8, length)); !header) return header;
        has_data = has_data || type == "IDAT";
        at += 12 + length;
        if (type != "IEND") continue;
        if (at != bytes.size()) return broken("something is behind its end");
        return has_data ? Result<void>() : broken("it holds no image");
    }
}

}  // namespace

Result<Picture> Picture::look_at(Bytes content) {
    if (content.size() > max_picture_bytes)
        return Error{.code = ErrorCode::too_large, .message = "the picture has " + std::to_string(content.size()) + " bytes; allowed: up to " + std::to_string(max_picture_bytes)};
    if (content.size() >= png_signature.size() && std::equal(png_signature.begin(), png_signature.end(), content.begin())) {
        if (auto good = check_png(content); !good) return good.error();
        return Picture{"image/png", std::move(content)};
    }
    const std::string text(content.begin(), content.end());
    if (text.find("<svg") == text.npos) return unacceptable("the picture is neither a PNG nor an SVG");
    if (auto good = check_svg(text); !good) return good.error();
    return Picture{"image/svg+xml", std::move(content)};
}

}  // namespace seald
