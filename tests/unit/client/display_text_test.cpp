#include "client/display_text.hpp"

#include <gtest/gtest.h>

#include "client/table.hpp"

namespace seald {
namespace {

TEST(DisplayWidth, CountsChineseCharactersTwice) {
    EXPECT_EQ(display_width("contract"), 8u);
    EXPECT_EQ(display_width("合同專用章"), 10u);
    EXPECT_EQ(display_width("李娜 (li.na)"), 12u);
    EXPECT_EQ(display_width("ＡＢ"), 4u);
}

TEST(DisplayWidth, CountsCombiningMarksNotAtAll) {
    EXPECT_EQ(display_width("e\u0301"), 1u);
    EXPECT_EQ(display_width("é"), 1u);
}

TEST(DisplayWidth, CountsSupplementaryIdeographsTwice) { EXPECT_EQ(display_width("\U00020BB7"), 2u); }

TEST(Printable, KeepsNames) { EXPECT_EQ(printable("王芳 – Müller"), "王芳 – Müller"); }

TEST(Printable, TakesEscapeSequencesApart) { EXPECT_EQ(printable("\x1b[2Jx"), "\uFFFD[2Jx"); }

TEST(Printable, ReplacesBidirectionalControls) {
    EXPECT_EQ(printable("a\u202Efdp.exe"), "a\uFFFDfdp.exe");
    EXPECT_EQ(printable("a\u2066b"), "a\uFFFDb");
    EXPECT_EQ(printable("a\u200Fb"), "a\uFFFDb");
}

TEST(Printable, ReplacesBrokenUtf8ByteByByte) {
    EXPECT_EQ(printable("a\xC3"), "a\uFFFD");
    EXPECT_EQ(printable("\xC0\xAF"), "\uFFFD\uFFFD");
    EXPECT_EQ(printable("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
}

TEST(Printable, KeepsEverythingOnOneLine) { EXPECT_EQ(printable("a\nb\tc"), "a b c"); }

TEST(Table, AlignsByDisplayWidth) {
    Table table({"SEAL", "TITLE", "STATE"});
    table.row({"contract", "合同專用章", "in-force"});
    table.row({"hr", "HR", "suspended"});
    EXPECT_EQ(table.str(),
              "SEAL      TITLE       STATE\n"
              "contract  合同專用章  in-force\n"
              "hr        HR          suspended\n");
}

TEST(Table, LeavesNoTrailingBlanks) {
    Table table;
    table.row({"a", ""});
    table.row({"b", "value"});
    EXPECT_EQ(table.str(2), "  a\n  b  value\n");
}

TEST(ShortTime, DropsMillisecondsOnly) {
    EXPECT_EQ(short_time("2026-11-23T08:15:30.123Z"), "2026-11-23 08:15:30Z");
    EXPECT_EQ(short_time("yesterday"), "yesterday");
}

}  // namespace
}  // namespace seald
