#include "client/exit_code.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(ExitCode, IsOneForWhateverIsRefused) {
    for (const ErrorCode code : {ErrorCode::refused, ErrorCode::conflict, ErrorCode::not_identified}) {
        EXPECT_EQ(to_int(exit_code(code)), 1) << to_string(code);
    }
}

TEST(ExitCode, IsTwoForBadInput) {
    for (const ErrorCode code : {ErrorCode::malformed, ErrorCode::too_large, ErrorCode::unacceptable}) {
        EXPECT_EQ(to_int(exit_code(code)), 2) << to_string(code);
    }
}

TEST(ExitCode, IsThreeForWhatIsNotThere) { EXPECT_EQ(to_int(exit_code(ErrorCode::not_found)), 3); }

TEST(ExitCode, IsFourWhereTryingAgainMayHelp) {
    for (const ErrorCode code : {ErrorCode::too_many, ErrorCode::unavailable, ErrorCode::internal}) {
        EXPECT_EQ(to_int(exit_code(code)), 4) << to_string(code);
    }
}

TEST(ExitCode, IsFiveForFailedVerification) { EXPECT_EQ(to_int(exit_code(ErrorCode::verification_failed)), 5); }

}  // namespace
}  // namespace seald
