#include "core/utf8.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(Utf8, CodePointsAreTakenOneByOne) {
    std::string_view text = "a\u00e9\u7ae0\U0001F58B";
    EXPECT_EQ(take_code_point(text), U'a');
    EXPECT_EQ(take_code_point(text), U'\u00e9');
    EXPECT_EQ(take_code_point(text), U'\u7ae0');
    EXPECT_EQ(take_code_point(text), U'\U0001F58B');
    EXPECT_TRUE(text.empty());
}

// The limits of each form: Unicode standard, table 3-7.
TEST(Utf8, TheFirstAndLastOfEachLengthAreRead) {
    for (std::string_view text : {"\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                                  "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_TRUE(take_code_point(text));
        EXPECT_TRUE(text.empty());
    }
}

TEST(Utf8, IllFormedSequencesAreRefused) {
    for (std::string_view text : {
             "\x80",
             "\xbf",  // continuation without a start
             "\xc0\xaf",
             "\xc1\xbf",  // overlong: two bytes
             "\xe0\x80\xaf",
             "\xe0\x9f\xbf",  // overlong: three bytes
             "\xf0\x80\x80\xaf",
             "\xf0\x8f\xbf\xbf",  // overlong: four bytes
             "\xed\xa0\x80",
             "\xed\xbf\xbf",  // surrogates
             "\xf4\x90\x80\x80",
             "\xf7\xbf\xbf\xbf",  // beyond U+10FFFF
             "\xf8\x88\x80\x80\x80",
             "\xfe",
             "\xff",  // never in UTF-8
             "\xe7\xab",
             "\xc3",
             "\xf0\x9f\x96",  // truncated
             "\xe7\x61\xa0",
             "\xc3\xc3",  // interrupted
         }) {
        EXPECT_FALSE(take_code_point(text)) << testing::PrintToString(text);
    }
}

TEST(Utf8, SpacesOfOtherScriptsAreSpaces) {
    for (char32_t c : {U' ', U'\t', U'\n', U'\u00a0', U'\u2003', U'\u2028', U'\u3000'}) EXPECT_TRUE(is_space(c));
    for (char32_t c : {U'a', U'.', U'\u200b', U'\u7ae0'}) EXPECT_FALSE(is_space(c));
}

}  // namespace
}  // namespace seald
