#include "core/names.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(Name, AcceptsItsAlphabet) {
    for (std::string_view text : {"a", "7", "li.na", "contract", "usb-1", "a_b", "0.-_", "finance.2026"}) {
        auto name = SealName::decode(text);
        ASSERT_TRUE(name) << text;
        EXPECT_EQ(name->str(), text);
    }
    EXPECT_TRUE(PersonId::decode(std::string(64, 'x')));
}

TEST(Name, RefusesWhatCouldBeMistakenForAnother) {
    for (std::string_view text : {"", ".a", "-a", "_a", "A", "Li.na", "li na", " li", "li ", "li/na", "../etc", "li\n",
                                  "l\u0456", "\u674e", "a\u200b", "a+b", "a:b", "a@b"}) {
        auto refused = PersonId::decode(text);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().code, ErrorCode::malformed);
    }
    EXPECT_FALSE(PersonId::decode(std::string_view("li\0na", 5)));
    EXPECT_FALSE(PersonId::decode(std::string(65, 'x')));
}

TEST(Name, TheErrorSaysWhichKindOfName) {
    EXPECT_NE(SealName::decode("!").error().message.find("seal name"), std::string::npos);
    EXPECT_NE(TokenName::decode("!").error().message.find("token name"), std::string::npos);
    EXPECT_NE(PersonId::decode("!").error().message.find("person id"), std::string::npos);
    EXPECT_NE(Department::decode("!").error().message.find("department"), std::string::npos);
    EXPECT_NE(StepName::decode("!").error().message.find("step name"), std::string::npos);
}

TEST(Name, ComparesAsBytes) {
    EXPECT_EQ(SealName::decode("a").value(), SealName::decode("a").value());
    EXPECT_LT(SealName::decode("a").value(), SealName::decode("b").value());
}

TEST(ApplicationNumber, TextAndNumberAreInverse) {
    for (std::string_view text : {"A-2026-0001", "A-2026-9999", "A-2026-10000", "A-1999-123456789"}) {
        auto number = ApplicationNumber::decode(text);
        ASSERT_TRUE(number) << text;
        EXPECT_EQ(number->str(), text);
    }
    auto number = ApplicationNumber::make(2026, 42);
    EXPECT_EQ(number.str(), "A-2026-0042");
    EXPECT_EQ(ApplicationNumber::decode("A-2026-0042").value(), number);
    EXPECT_LT(number, ApplicationNumber::make(2027, 1));
}

TEST(ApplicationNumber, ASecondSpellingIsRefused) {
    for (std::string_view text :
         {"", "A-2026-", "A-2026-1", "A-2026-001", "A-2026-00001", "A-2026-0000", "A-2026-01234567",
          "A-2026-1234567890", "a-2026-0001", "A-0026-0001", "A-202-00001", "A-2026-0001 ", " A-2026-0001",
          "A-2026-+001", "A-2026--001", "A-2026_0001", "B-2026-0001", "A-2026-00x1", "A-20x6-0001"}) {
        auto refused = ApplicationNumber::decode(text);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().code, ErrorCode::malformed);
    }
}

TEST(Text, IsKeptAsItIs) {
    EXPECT_EQ(decode_text("\u63a1\u8cfc\u5408\u540c no. 7", "purpose", 100).value(), "\u63a1\u8cfc\u5408\u540c no. 7");
    EXPECT_TRUE(decode_text("abcd", "purpose", 4));
}

TEST(Text, TooLongIsTooLargeAndNamesTheFieldAndTheLimit) {
    auto refused = decode_text("abcde", "purpose", 4);
    EXPECT_EQ(refused.error().code, ErrorCode::too_large);
    EXPECT_EQ(refused.error().message, "purpose is longer than 4 bytes");
}

TEST(Text, EmptyOrBlankIsRefused) {
    for (std::string_view text : {"", " ", " \u3000\u00a0"}) {
        EXPECT_EQ(decode_text(text, "reason", 100).error().message, "reason is empty");
    }
}

TEST(Text, ControlCharactersAreRefused) {
    for (std::string_view text : {"a\nb", "a\x1b[2J", "a\u202eb", "a\xff"}) {
        EXPECT_EQ(decode_text(text, "title", 100).error().code, ErrorCode::malformed);
    }
}

}  // namespace
}  // namespace seald
