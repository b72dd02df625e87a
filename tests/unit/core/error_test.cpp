#include "core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(Error, CodesHaveTheirWordsOnTheWire) {
    EXPECT_EQ(to_string(ErrorCode::malformed), "malformed");
    EXPECT_EQ(to_string(ErrorCode::not_identified), "not-identified");
    EXPECT_EQ(to_string(ErrorCode::refused), "refused");
    EXPECT_EQ(to_string(ErrorCode::not_found), "not-found");
    EXPECT_EQ(to_string(ErrorCode::conflict), "conflict");
    EXPECT_EQ(to_string(ErrorCode::too_large), "too-large");
    EXPECT_EQ(to_string(ErrorCode::unacceptable), "unacceptable");
    EXPECT_EQ(to_string(ErrorCode::too_many), "too-many");
    EXPECT_EQ(to_string(ErrorCode::unavailable), "unavailable");
    EXPECT_EQ(to_string(ErrorCode::verification_failed), "verification-failed");
    EXPECT_EQ(to_string(ErrorCode::internal), "internal");
}

TEST(Error, ShortFormsFillTheirFields) {
    EXPECT_EQ(malformed("m").code, ErrorCode::malformed);
    EXPECT_EQ(not_found("m").code, ErrorCode::not_found);
    EXPECT_EQ(unacceptable("m").code, ErrorCode::unacceptable);
    EXPECT_EQ(verification_failed("m").code, ErrorCode::verification_failed);
    EXPECT_EQ(conflict("already-sealed", "m").rule, "already-sealed");
    Error refused = refusal("approval-missing", "m", {"zhao.min"});
    EXPECT_EQ(refused.code, ErrorCode::refused);
    EXPECT_EQ(refused.rule, "approval-missing");
    EXPECT_THAT(refused.missing, testing::ElementsAre("zhao.min"));
    Error later = unavailable("m", true, "CKR_DEVICE_ERROR");
    EXPECT_TRUE(later.retry);
    EXPECT_EQ(later.detail, "CKR_DEVICE_ERROR");
}

TEST(Error, AnInternalErrorTellsTheCallerNothing) {
    Error error = internal_error("state 7 at /var/lib");
    EXPECT_EQ(error.code, ErrorCode::internal);
    EXPECT_EQ(error.message, "internal error; the daemon's log has the details");
    EXPECT_EQ(error.detail, "state 7 at /var/lib");
}

TEST(Error, ValueOfAFailureThrowsWhatWentWrong) {
    Result<int> failed = malformed("no digits");
    try {
        static_cast<void>(failed.value());
        FAIL() << "did not throw";
    } catch (const std::runtime_error& thrown) {
        EXPECT_THAT(thrown.what(), testing::HasSubstr("malformed: no digits"));
    }
}

}  // namespace
}  // namespace seald
