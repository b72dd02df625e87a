#include "core/time.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace seald {
namespace {

using std::chrono::milliseconds;

TEST(Time, IsWrittenInMillisecondsUtc) {
    // date -u -d @1795421730 +%FT%TZ
    EXPECT_EQ(to_rfc3339(from_unix(1795421730) + milliseconds{123}), "2026-11-23T08:15:30.123Z");
    EXPECT_EQ(to_rfc3339(from_unix(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_rfc3339(from_unix(0) - milliseconds{1}), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(to_rfc3339(from_unix(-62167219200)), "0000-01-01T00:00:00.000Z");
}

TEST(Time, WhatIsWrittenIsReadBack) {
    for (std::int64_t t : {0LL, 1LL, -1LL, 951782400LL, 1795421730LL, 253402300799LL, -62167219200LL}) {
        Timestamp time = from_unix(t);
        EXPECT_EQ(decode_rfc3339(to_rfc3339(time)).value(), time);
        EXPECT_EQ(to_unix(time), t);
    }
}

TEST(Time, OffsetsAndFractionsAreUnderstood) {
    Timestamp time = from_unix(1795421730);
    EXPECT_EQ(decode_rfc3339("2026-11-23T08:15:30Z").value(), time);
    EXPECT_EQ(decode_rfc3339("2026-11-23T16:15:30+08:00").value(), time);
    EXPECT_EQ(decode_rfc3339("2026-11-22T23:45:30-08:30").value(), time);
    EXPECT_EQ(decode_rfc3339("2026-11-23T08:15:30-00:00").value(), time);
    EXPECT_EQ(decode_rfc3339("2026-11-23T08:15:30.5Z").value(), time + milliseconds{500});
    EXPECT_EQ(decode_rfc3339("2026-11-23T08:15:30.05Z").value(), time + milliseconds{50});
    EXPECT_EQ(decode_rfc3339("2026-11-23T08:15:30.123999999Z").value(), time + milliseconds{123});
    EXPECT_TRUE(decode_rfc3339("2028-02-29T00:00:00Z"));
}

TEST(Time, WhatIsNotATimeIsRefused) {
    for (std::string_view text : {"",
                                  "2026-11-23",
                                  "2026-11-23T08:15:30",
                                  "2026-11-23T08:15Z",
                                  "2026-11-23 08:15:30Z",
                                  "2026-11-23t08:15:30z",
                                  "2026-02-29T00:00:00Z",
                                  "2026-00-01T00:00:00Z",
                                  "2026-13-01T00:00:00Z",
                                  "2026-01-00T00:00:00Z",
                                  "2026-01-32T00:00:00Z",
                                  "2026-04-31T00:00:00Z",
                                  "2026-11-23T24:00:00Z",
                                  "2026-11-23T08:60:00Z",
                                  "2026-11-23T08:15:60Z",
                                  "2026-11-23T08:15:30.Z",
                                  "2026-11-23T08:15:30.1234567890Z",
                                  "2026-11-23T08:15:30+8:00",
                                  "2026-11-23T08:15:30+0800",
                                  "2026-11-23T08:15:30+24:00",
                                  "2026-11-23T08:15:30+08:60",
                                  "2026-11-23T08:15:30Zx",
                                  " 2026-11-23T08:15:30Z",
                                  "2026-11-23T08:15:30Z ",
                                  "+026-11-23T08:15:30Z",
                                  "26-11-23T08:15:30Z",
                                  "2026-11-23T08:15:3\xd9\xa3Z",
                                  "12026-11-23T08:15:30Z"}) {
        auto refused = decode_rfc3339(text);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().code, ErrorCode::malformed);
    }
}

TEST(Time, AnOffsetOutOfTheFourDigitYearsIsRefused) {
    EXPECT_FALSE(decode_rfc3339("0000-01-01T00:00:00+00:01"));
    EXPECT_FALSE(decode_rfc3339("9999-12-31T23:59:59-00:01"));
    EXPECT_TRUE(decode_rfc3339("9999-12-31T23:59:59Z"));
}

TEST(Time, UnixSecondsAreRoundedDownAndKeptInRange) {
    EXPECT_EQ(to_unix(from_unix(5) + milliseconds{999}), 5);
    EXPECT_EQ(to_unix(from_unix(-5) - milliseconds{1}), -6);
    EXPECT_EQ(to_rfc3339(from_unix(std::numeric_limits<std::int64_t>::max())), "9999-12-31T23:59:59.000Z");
    EXPECT_EQ(to_rfc3339(from_unix(std::numeric_limits<std::int64_t>::min())), "0000-01-01T00:00:00.000Z");
}

TEST(Time, TheYearIsThatOfUtc) {
    EXPECT_EQ(year_of(decode_rfc3339("2026-12-31T23:59:59.999Z").value()), 2026);
    EXPECT_EQ(year_of(decode_rfc3339("2027-01-01T00:00:00Z").value()), 2027);
    EXPECT_EQ(year_of(decode_rfc3339("2027-01-01T07:00:00+08:00").value()), 2026);
}

TEST(Duration, UnitsAreUnderstood) {
    EXPECT_EQ(decode_duration("90s").value(), seconds{90});
    EXPECT_EQ(decode_duration("30m").value(), seconds{1800});
    EXPECT_EQ(decode_duration("72h").value(), seconds{259200});
    EXPECT_EQ(decode_duration("30d").value(), seconds{2592000});
}

TEST(Duration, WhatIsNotOneIsRefused) {
    for (std::string_view text : {"", "s", "0s", "00s", "01s", "-1s", "+1s", "1", "1.5h", "1h30m", "1 h", " 1h", "1h ",
                                  "1H", "1w", "36501d", "99999999999999999999s", "9223372036854775807d"}) {
        EXPECT_FALSE(decode_duration(text)) << text;
    }
    EXPECT_TRUE(decode_duration("36500d"));
}

TEST(Duration, IsWrittenInItsShortestForm) {
    EXPECT_EQ(to_string(seconds{90}), "90s");
    EXPECT_EQ(to_string(seconds{120}), "2m");
    EXPECT_EQ(to_string(seconds{3600}), "1h");
    EXPECT_EQ(to_string(seconds{259200}), "3d");
    EXPECT_EQ(to_string(seconds{0}), "0s");
}

TEST(SystemClock, GoesWithTheSystem) {
    auto before = std::chrono::system_clock::now() - milliseconds{1};
    Timestamp now = SystemClock{}.now();
    EXPECT_GE(now, before);
    EXPECT_LE(now, std::chrono::system_clock::now());
}

}  // namespace
}  // namespace seald
