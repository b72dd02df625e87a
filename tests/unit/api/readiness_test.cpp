#include "daemon/api/readiness.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

std::string code_of(const Readiness& readiness) { return readiness ? readiness->code : "ready"; }

TEST(Readiness, OfATokenTellsItsTroublesApart) {
    EXPECT_EQ(code_of(judge_token({.state = "ready"})), "ready");
    EXPECT_EQ(code_of(judge_token({.state = "absent"})), "token-absent");
    EXPECT_EQ(code_of(judge_token({.state = "locked"})), "token-locked");
    EXPECT_EQ(code_of(judge_token({.state = "locked", .pin_untouched = false})), "pin-wrong");
    EXPECT_EQ(code_of(judge_token({.state = "failed"})), "token-failed");
    EXPECT_EQ(code_of(judge_token({.state = "ready", .line_full = true})), "queue-full");
    EXPECT_EQ(judge_token({.state = "absent", .advice = "insert it"})->reason, "insert it");
}

TEST(Readiness, OfTheLedgerTellsItsTroublesApart) {
    EXPECT_EQ(code_of(judge_ledger({.failing = "", .free_bytes = 1'000'000'000})), "ready");
    EXPECT_EQ(code_of(judge_ledger({.failing = "", .free_bytes = 16UL * 1024 * 1024 - 1})), "disk-full");
    EXPECT_EQ(code_of(judge_ledger({.failing = "", .free_bytes = 16UL * 1024 * 1024})), "ready");
    EXPECT_EQ(code_of(judge_ledger({.failing = "read-only", .free_bytes = 1'000'000'000})), "ledger-not-writable");
    EXPECT_EQ(code_of(judge_ledger({.failing = "full", .free_bytes = 0})), "disk-full");
}

TEST(Readiness, OfASealIsItsOwnFirstAndThenItsTokens) {
    const Result<void> expired = conflict("certificate-not-valid", "expired");
    EXPECT_EQ(code_of(judge_seal({}, {})), "ready");
    EXPECT_EQ(code_of(judge_seal({}, Finding{"token-absent", ""})), "token-absent");
    EXPECT_EQ(code_of(judge_seal(expired, Finding{"token-absent", ""})), "certificate-not-valid");
}

}  // namespace
}  // namespace seald
