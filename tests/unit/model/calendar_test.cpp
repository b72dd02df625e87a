// Office hours at their edges: the first minute, the last, holidays, made-up working days, and whose midnight it is.
#include "daemon/model/calendar.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

Timestamp at(std::string_view text) { return decode_rfc3339(text).value(); }
std::chrono::sys_days day(std::string_view text) { return decode_date(text).value(); }

struct OfficeHoursTest : testing::Test {
    Calendar calendar{.utc_offset = std::chrono::hours(8), .holidays = {day("2026-10-01")}, .workdays = {day("2026-10-10")}};
    OfficeHours hours = OfficeHours::decode("Mon-Fri 08:00-12:00,13:00-18:00; Sat 09:00-12:00").value();
    bool open(std::string_view local) { return hours.contains(calendar, at(std::string(local) + "+08:00")); }
};

TEST_F(OfficeHoursTest, BeginWithTheirFirstMinuteAndEndBeforeTheirLast) {  // 2026-11-23 is a Monday
    EXPECT_FALSE(open("2026-11-23T07:59:59"));
    EXPECT_TRUE(open("2026-11-23T08:00:00"));
    EXPECT_TRUE(open("2026-11-23T11:59:59"));
    EXPECT_FALSE(open("2026-11-23T12:00:00"));
    EXPECT_FALSE(open("2026-11-23T12:59:59"));
    EXPECT_TRUE(open("2026-11-23T17:59:59"));
    EXPECT_FALSE(open("2026-11-23T18:00:00"));
}

TEST_F(OfficeHoursTest, DifferByDay) {
    EXPECT_FALSE(open("2026-11-28T08:30:00"));
    EXPECT_TRUE(open("2026-11-28T09:00:00"));
    EXPECT_FALSE(open("2026-11-29T10:00:00"));
}

TEST_F(OfficeHoursTest, AreNotOnHolidays) {  // a Thursday
    EXPECT_FALSE(open("2026-10-01T10:00:00"));
    EXPECT_TRUE(open("2026-10-02T10:00:00"));
}

TEST_F(OfficeHoursTest, OfAMadeUpDayAreItsOwnOrElseMondays) {
    EXPECT_FALSE(open("2026-10-10T08:30:00")) << "Saturdays have hours of their own";
    hours = OfficeHours::decode("Mon-Fri 08:00-18:00").value();
    EXPECT_TRUE(open("2026-10-10T08:30:00"));
    EXPECT_FALSE(open("2026-10-17T08:30:00"));
}

TEST_F(OfficeHoursTest, AreByTheOrganisationsOwnClock) {
    const Timestamp early = at("2026-11-23T00:30:00Z");  // half past eight there
    EXPECT_TRUE(hours.contains(calendar, early));
    calendar.utc_offset = std::chrono::minutes(0);
    EXPECT_FALSE(hours.contains(calendar, early));
}

TEST_F(OfficeHoursTest, ADayBeginsAtItsOwnMidnight) {
    EXPECT_EQ(start_of_day(calendar, at("2026-11-23T15:59:59Z")), at("2026-11-22T16:00:00Z"));
    EXPECT_EQ(start_of_day(calendar, at("2026-11-23T16:00:00Z")), at("2026-11-23T16:00:00Z"));
}

TEST_F(OfficeHoursTest, MayLastTheWholeDay) {
    hours = OfficeHours::decode("Mon-Sun 00:00-24:00").value();
    EXPECT_TRUE(open("2026-11-23T00:00:00"));
    EXPECT_TRUE(open("2026-11-29T23:59:59"));
}

TEST_F(OfficeHoursTest, OffsetsAreSignedHoursAndMinutes) {
    EXPECT_EQ(decode_utc_offset("-03:30").value(), std::chrono::minutes(-210));
    for (const char* odd : {"", "8", "08:00", "+8:00", "+08", "+15:00", "+08:60", "+08:000"}) EXPECT_FALSE(decode_utc_offset(odd)) << odd;
}

}  // namespace
}  // namespace seald
