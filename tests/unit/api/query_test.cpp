#include "daemon/api/query.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(Query, ReadsNumbersStrictly) {
    const Query::Parameters parameters{{"from", "12"}, {"bad", "12x"}, {"minus", "-1"}, {"empty", ""}, {"huge", "99999999999999999999"}};
    const Query query(parameters);
    EXPECT_EQ(query.find_number("from").value(), 12u);
    EXPECT_EQ(query.find_number("absent").value(), std::nullopt);
    for (const char* name : {"bad", "minus", "empty", "huge"}) EXPECT_EQ(query.find_number(name).error().code, ErrorCode::malformed) << name;
}
TEST(Query, KeepsANumberWithinItsLimit) {
    const Query::Parameters parameters{{"limit", "1000"}, {"over", "1001"}};
    EXPECT_EQ(Query(parameters).number("limit", 100, 1000).value(), 1000u);
    EXPECT_EQ(Query(parameters).number("absent", 100, 1000).value(), 100u);
    EXPECT_FALSE(Query(parameters).number("over", 100, 1000));
}
TEST(Query, NamesWhatItDoesNotKnow) {
    const Query::Parameters parameters{{"seal", "x"}, {"sael", "y"}};
    EXPECT_TRUE(Query(parameters).only({"seal", "sael"}));
    const auto unknown = Query(parameters).only({"seal"});
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("sael"), std::string::npos);
}

}  // namespace
}  // namespace seald
