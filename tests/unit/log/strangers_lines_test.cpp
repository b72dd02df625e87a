#include "daemon/log/strangers_lines.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

using namespace std::chrono_literals;

TEST(StrangersLines, AreOneASecondWhichSaysHowManyWereNotWritten) {
    StrangersLines lines;
    const StrangersLines::Time start{1h};
    EXPECT_EQ(lines.admit(start), "");
    for (int i = 0; i < 7; ++i) EXPECT_EQ(lines.admit(start + 999ms), std::nullopt);
    EXPECT_EQ(lines.admit(start + 1s), " (and 7 more since the last such line)");
    EXPECT_EQ(lines.admit(start + 1s), std::nullopt);
    EXPECT_EQ(lines.admit(start + 1min), " (and 1 more since the last such line)");
    EXPECT_EQ(lines.admit(start + 2min), "");
}

}  // namespace
}  // namespace seald
