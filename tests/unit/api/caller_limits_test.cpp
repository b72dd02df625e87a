#include "daemon/api/caller_limits.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

using namespace std::chrono_literals;

struct CallerLimitsTest : testing::Test {
    CallerLimits limits{{.per_caller = 2, .in_all = 3, .refusals = 2, .refusals_per_second = 1}};
    CallerLimits::Time now{1h};
    PersonId erp = PersonId::decode("erp").value(), li_na = PersonId::decode("li.na").value();

    std::string rule_for(const PersonId& who) {
        const auto place = limits.enter(who, now);
        return place ? "" : place.error().rule;
    }
};

TEST_F(CallerLimitsTest, OneCallerHasSoManyRequestsAtOnceAndAnotherStillComesIn) {
    const auto first = limits.enter(erp, now);
    {
        const auto second = limits.enter(erp, now);
        EXPECT_EQ(rule_for(erp), "requests-at-once");
        EXPECT_EQ(rule_for(li_na), "");
    }
    EXPECT_EQ(rule_for(erp), "");  // an answer makes room
    EXPECT_EQ(limits.in_flight(), 1U);
}

TEST_F(CallerLimitsTest, AllTogetherHaveABoundToo) {
    const auto first = limits.enter(erp, now), second = limits.enter(erp, now), third = limits.enter(li_na, now);
    const auto fourth = limits.enter(li_na, now);
    ASSERT_FALSE(fourth);
    EXPECT_EQ(fourth.error().code, ErrorCode::too_many);
    EXPECT_TRUE(fourth.error().retry);
}

TEST_F(CallerLimitsTest, WhoIsRefusedTooOftenWaitsAndNobodyElseDoes) {
    limits.count_refusal(erp, now, "token usb-1 is not there");
    EXPECT_EQ(rule_for(erp), "");
    limits.count_refusal(erp, now, "token usb-1 is not there");
    EXPECT_EQ(rule_for(erp), "refusals");
    EXPECT_EQ(limits.enter(erp, now).error().message,
              "erp was refused too often, the last time because: token usb-1 is not there; try again more slowly");
    EXPECT_EQ(rule_for(li_na), "");
    now += 999ms;
    EXPECT_EQ(rule_for(erp), "refusals");
    now += 1ms;
    EXPECT_EQ(rule_for(erp), "");
}

TEST_F(CallerLimitsTest, RefusalsAreNotSavedUpBeyondTheirBound) {
    EXPECT_TRUE(limits.count_refusal(erp, now, "token usb-1 is not there"));
    now += 1h;
    EXPECT_TRUE(limits.count_refusal(erp, now, "token usb-1 is not there"));
    EXPECT_TRUE(limits.count_refusal(erp, now, "token usb-1 is not there"));
    EXPECT_FALSE(limits.count_refusal(erp, now, "token usb-1 is not there"));
    EXPECT_EQ(rule_for(erp), "refusals");
}

TEST_F(CallerLimitsTest, OfThoseTurnedAwayOneAMinuteGoesOnRecordAndSaysHowManyThereWere) {
    const auto first = limits.enter(erp, now), second = limits.enter(erp, now);
    EXPECT_EQ(rule_for(erp), "requests-at-once");
    EXPECT_EQ(limits.worth_recording(erp, now), 1U);
    EXPECT_EQ(rule_for(erp), "requests-at-once");
    EXPECT_EQ(limits.worth_recording(erp, now + 59s), std::nullopt);
    EXPECT_EQ(rule_for(erp), "requests-at-once");
    EXPECT_EQ(limits.worth_recording(erp, now + 60s), 2U);
}

}  // namespace
}  // namespace seald
