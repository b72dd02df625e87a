#include "core/encoding.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

struct Vector {
    std::string_view plain, base64, base64url;
};
// RFC 4648 section 10.
constexpr Vector kVectors[] = {{"", "", ""},
                               {"f", "Zg==", "Zg"},
                               {"fo", "Zm8=", "Zm8"},
                               {"foo", "Zm9v", "Zm9v"},
                               {"foob", "Zm9vYg==", "Zm9vYg"},
                               {"fooba", "Zm9vYmE=", "Zm9vYmE"},
                               {"foobar", "Zm9vYmFy", "Zm9vYmFy"}};

Bytes every_byte() {
    Bytes bytes;
    for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
    return bytes;
}

TEST(Encoding, Base64MatchesRfc4648) {
    for (const Vector& v : kVectors) {
        EXPECT_EQ(encode_base64(as_bytes(v.plain)), v.base64);
        EXPECT_EQ(as_text(decode_base64(v.base64).value()), v.plain);
        EXPECT_EQ(encode_base64url(as_bytes(v.plain)), v.base64url);
        EXPECT_EQ(as_text(decode_base64url(v.base64url).value()), v.plain);
    }
}

TEST(Encoding, EveryByteSurvivesTheRoundTripAtEveryLength) {
    Bytes all = every_byte();
    for (std::size_t length = 0; length <= all.size(); ++length) {
        Bytes bytes(all.end() - static_cast<std::ptrdiff_t>(length), all.end());
        EXPECT_EQ(decode_base64(encode_base64(bytes)).value(), bytes);
        EXPECT_EQ(decode_base64url(encode_base64url(bytes)).value(), bytes);
        EXPECT_EQ(decode_hex(encode_hex(bytes)).value(), bytes);
    }
}

TEST(Encoding, TheTwoAlphabetsDifferInTheirLastTwoCharacters) {
    Bytes bytes = {0xfb, 0xff, 0xbf};
    EXPECT_EQ(encode_base64(bytes), "+/+/");
    EXPECT_EQ(encode_base64url(bytes), "-_-_");
    EXPECT_FALSE(decode_base64("-_-_"));
    EXPECT_FALSE(decode_base64url("+/+/"));
}

TEST(Encoding, Base64WithASecondSpellingIsRefused) {
    for (std::string_view text :
         {"Zg",     "Zg=",   "Zg===", "Zm8",   "=",    "==",   "====",     "A===",  "Z=g=",     "Zg==Zg==",
          "Zm9v\n", " Zm9v", "Zm 9v", "Zm9vY", "Zh==", "Zm9=", "Zm9vYn==", "Zm9v=", "Zm9v====", "Z\xc3\xa9=="}) {
        auto decoded = decode_base64(text);
        ASSERT_FALSE(decoded) << text;
        EXPECT_EQ(decoded.error().code, ErrorCode::malformed);
    }
    EXPECT_FALSE(decode_base64(std::string_view("Zm9\0", 4)));
}

TEST(Encoding, Base64UrlWithASecondSpellingIsRefused) {
    for (std::string_view text : {"Zg==", "Zm8=", "Z", "Zm9vY", "Zh", "Zm9", "Zm9v ", "Zm9v\n", "Zm.v"}) {
        EXPECT_FALSE(decode_base64url(text)) << text;
    }
}

TEST(Encoding, HexIsLowerCaseAndWhole) {
    EXPECT_EQ(encode_hex(Bytes{0x00, 0x9a, 0xff}), "009aff");
    EXPECT_EQ(decode_hex("009aff").value(), (Bytes{0x00, 0x9a, 0xff}));
    EXPECT_TRUE(decode_hex("").value().empty());
    for (std::string_view text : {"0", "009", "FF", "aF", "0x", "g0", "0 ", " 0", "00\n0"}) {
        EXPECT_FALSE(decode_hex(text)) << text;
    }
}

TEST(CleanText, OrdinaryTextOfAnyScriptIsClean) {
    for (std::string_view text :
         {"", "a b", "\u5408\u540c\u5c08\u7528\u7ae0", "\U0001F58B", "\u00e9", "\u05d0\u05d1"}) {
        EXPECT_TRUE(is_clean_text(text)) << text;
    }
}

TEST(CleanText, ControlCharactersAreRefused) {
    for (int c = 0; c < 0x20; ++c) EXPECT_FALSE(is_clean_text(std::string("a") + static_cast<char>(c)));
    EXPECT_FALSE(is_clean_text("\x7f"));
    for (int c = 0x80; c < 0xa0; ++c) EXPECT_FALSE(is_clean_text(std::string("\xc2") + static_cast<char>(c)));
    EXPECT_TRUE(is_clean_text("\u00a0"));
}

TEST(CleanText, DirectionControlsAreRefused) {
    for (std::string_view text : {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068",
                                  "\u2069", "\u200e", "\u200f", "\u061c"}) {
        EXPECT_FALSE(is_clean_text("invoice" + std::string(text) + "fdp.exe")) << text;
    }
}

TEST(CleanText, IllFormedUtf8IsRefused) {
    for (std::string_view text : {"\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xff", "\xe7\xab", "\x80"}) {
        EXPECT_FALSE(is_clean_text(text)) << testing::PrintToString(text);
    }
}

}  // namespace
}  // namespace seald
