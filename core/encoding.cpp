#include "core/encoding.hpp"

#include <array>

#include "core/utf8.hpp"

namespace seald {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNone = 0xFF;

using Values = std::array<std::uint8_t, 256>;  // by character; kNone: not in the alphabet

consteval Values values_of(std::string_view alphabet) {
    Values values{};
    values.fill(kNone);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}

constexpr Values kHexValues = values_of(kHex);
constexpr Values kBase64Values = values_of(kBase64);
constexpr Values kBase64UrlValues = values_of(kBase64Url);

std::string encode_unpadded(BytesView bytes, std::string_view alphabet) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    unsigned waiting = 0;
    for (std::uint8_t byte : bytes) {
        bits = (bits << 8 | byte) & 0xFFFF;
        for (waiting += 8; waiting >= 6; waiting -= 6) text += alphabet[(bits >> (waiting - 6)) & 0x3F];
    }
    if (waiting > 0) text += alphabet[(bits << (6 - waiting)) & 0x3F];
    return text;
}

// Nothing for a foreign character, an impossible length, or trailing bits that are not zero (RFC 4648 section 3.5).
bool decode_unpadded(std::string_view text, const Values& values, Bytes& bytes) {
    if (text.size() % 4 == 1) return false;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    unsigned waiting = 0;
    for (char c : text) {
        std::uint8_t value = values[static_cast<unsigned char>(c)];
        if (value == kNone) return false;
        bits = (bits << 6 | value) & 0xFFFF;
        waiting += 6;
        if (waiting >= 8) {
            waiting -= 8;
            bytes.push_back(static_cast<std::uint8_t>(bits >> waiting));
        }
    }
    return (bits & ((1U << waiting) - 1)) == 0;
}

}  // namespace

BytesView as_bytes(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

std::string_view as_text(BytesView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string encode_hex(BytesView bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (std::uint8_t byte : bytes) {
        text += kHex[byte >> 4];
        text += kHex[byte & 0x0F];
    }
    return text;
}

Result<Bytes> decode_hex(std::string_view text) {
    Error problem = malformed("not hexadecimal (pairs of 0-9 a-f, lower case)");
    if (text.size() % 2 != 0) return problem;
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        std::uint8_t high = kHexValues[static_cast<unsigned char>(text[i])];
        std::uint8_t low = kHexValues[static_cast<unsigned char>(text[i + 1])];
        if (high == kNone || low == kNone) return problem;
        bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
    }
    return bytes;
}

std::string encode_base64(BytesView bytes) {
    std::string text = encode_unpadded(bytes, kBase64);
    while (text.size() % 4 != 0) text += '=';
    return text;
}

Result<Bytes> decode_base64(std::string_view text) {
    bool whole = text.size() % 4 == 0;
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    Bytes bytes;
    if (!whole || !decode_unpadded(text, kBase64Values, bytes)) {
        return malformed("not base64 (RFC 4648 section 4, padded, without white space)");
    }
    return bytes;
}

std::string encode_base64url(BytesView bytes) { return encode_unpadded(bytes, kBase64Url); }

Result<Bytes> decode_base64url(std::string_view text) {
    Bytes bytes;
    if (!decode_unpadded(text, kBase64UrlValues, bytes)) {
        return malformed("not base64url (RFC 4648 section 5, without padding)");
    }
    return bytes;
}

bool is_clean_text(std::string_view text) {
    while (!text.empty()) {
        auto c = take_code_point(text);
        if (!c) return false;
        bool control = *c < 0x20 || (*c >= 0x7F && *c <= 0x9F);
        if (control || is_bidi_control(*c)) return false;
    }
    return true;
}

}  // namespace seald
