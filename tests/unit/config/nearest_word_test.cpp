#include "config/nearest_word.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(NearestWord, CountsInsertedRemovedAndReplacedLetters) {
    EXPECT_EQ(edit_distance("roles", "roles", 2), 0U);
    EXPECT_EQ(edit_distance("role", "roles", 2), 1U);
    EXPECT_EQ(edit_distance("rolles", "roles", 2), 1U);
    EXPECT_EQ(edit_distance("rules", "roles", 2), 1U);
    EXPECT_EQ(edit_distance("rloes", "roles", 2), 2U);
    EXPECT_EQ(edit_distance("users", "roles", 2), 3U);
}

TEST(NearestWord, DoesNotCompareWhatIsMuchLonger) {
    EXPECT_EQ(edit_distance(std::string(1000000, 'x'), "roles", 2), 3U);
}

TEST(NearestWord, SuggestsTheNearestAtMostTwoLettersAway) {
    const std::set<std::string, std::less<>> words = {"id", "name", "roles", "rules"};
    EXPECT_EQ(nearest_word("rols", words), "roles");
    EXPECT_EQ(nearest_word("ruls", words), "rules");
    EXPECT_EQ(nearest_word("nmae", words), "name");
    EXPECT_FALSE(nearest_word("password", words));
    EXPECT_FALSE(nearest_word("xy", words));  // as far from "id" as any two letters
}

}  // namespace
}  // namespace seald
