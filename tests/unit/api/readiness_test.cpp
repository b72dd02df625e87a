#include "daemon/api/readiness.hpp"

#include <gtest/gtest.h>

#include "daemon/store/space_reserve.hpp"

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

TEST(Readiness, WitnessesAreBehindWhenEntriesWaitLongerThanTheirPatience) {
    EXPECT_EQ(code_of(judge_witnesses({.quorum = 2, .patience = seconds(60), .waiting = seconds(60)})), "ready");
    const auto behind = judge_witnesses({.quorum = 2, .patience = seconds(60), .waiting = seconds(61)});
    EXPECT_EQ(code_of(behind), "witnesses-behind");
    EXPECT_NE(behind->reason.find("at least 2 witnesses"), std::string::npos) << behind->reason;
}

TEST(Readiness, OfTheLedgerTellsItsTroublesApart) {
    constexpr std::uint64_t plenty = 1'000'000'000;
    EXPECT_EQ(code_of(judge_ledger({.failing = "", .full = false, .free_bytes = plenty})), "ready");
    EXPECT_EQ(code_of(judge_ledger({.failing = "", .full = false, .free_bytes = SpaceReserve::least_free - 1})), "disk-full");
    EXPECT_EQ(code_of(judge_ledger({.failing = "", .full = false, .free_bytes = SpaceReserve::least_free})), "ready");
    EXPECT_EQ(code_of(judge_ledger({.failing = "", .full = true, .free_bytes = plenty})), "disk-full") << "until the writer has its room";
    EXPECT_EQ(code_of(judge_ledger({.failing = "read-only", .full = false, .free_bytes = plenty})), "ledger-not-writable");
    EXPECT_EQ(code_of(judge_ledger({.failing = "full", .full = false, .free_bytes = 0})), "disk-full");
}

TEST(Readiness, OfASealIsItsOwnFirstAndThenItsTokens) {
    const Result<void> expired = conflict("certificate-not-valid", "expired");
    EXPECT_EQ(code_of(judge_seal({}, {})), "ready");
    EXPECT_EQ(code_of(judge_seal({}, Finding{"token-absent", ""})), "token-absent");
    EXPECT_EQ(code_of(judge_seal(expired, Finding{"token-absent", ""})), "certificate-not-valid");
}

}  // namespace
}  // namespace seald
