#include "core/act_number.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(ActNumber, IsWrittenAndReadTheSame) {
    EXPECT_EQ(ActNumber::make(2026, 7).str(), "P-2026-0007");
    EXPECT_EQ(ActNumber::decode("P-2026-0007").value(), ActNumber::make(2026, 7));
    EXPECT_EQ(ActNumber::decode("P-2026-12345").value().sequence(), 12345u);
}

TEST(ActNumber, IsNeitherAnApplicationsNorAnythingElse) {
    for (const char* text : {"A-2026-0001", "P-2026-1", "P-2026-0000", "p-2026-0001", "P-20260001", "", "P-", "P-2026-0001 "}) EXPECT_FALSE(ActNumber::decode(text)) << text;
}

}  // namespace
}  // namespace seald
