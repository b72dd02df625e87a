// How often a key has signed by what the ledger says: surely, and at most.
#include "daemon/ledger/use_tally.hpp"

#include <boost/json/array.hpp>
#include <gtest/gtest.h>

#include "tests/unit/store/temporary_state.hpp"

namespace seald::test {
namespace {

namespace json = boost::json;

class UseTallyTest : public testing::Test {
  protected:
    // The count was read while the ledger grew from 10 to 12 entries.
    UseTally tally{{SealName::decode("contract").value(), 2, TokenName::decode("usb-1").value(), {0xab, 0x01}}, {10, 12}};

    StoredEntry entry(std::uint64_t index, const std::string& kind, const json::object& fields) { return {index, Entry::make(kind, noon, fields)}; }
    void intent(std::uint64_t index, unsigned version = 2) { tally.add(entry(index, "intent", {{"seal", "contract"}, {"version", version}})).value(); }
    void outcome(std::uint64_t index, std::uint64_t intent, const std::string& result, const std::string& token = "usb-1") {
        tally.add(entry(index, "outcome", {{"seal", "contract"}, {"version", 2}, {"intent", intent}, {"result", result}, {"token", token}})).value();
    }
    void expect(std::uint64_t at_least, std::uint64_t at_most) {
        EXPECT_EQ(tally.at_least(), at_least);
        EXPECT_EQ(tally.at_most(), at_most);
    }
};

TEST_F(UseTallyTest, AnUseThatBeganAndEndedSinceIsCertain) {
    intent(12);
    expect(0, 1);
    outcome(13, 12, "signed");
    expect(1, 1);
}

TEST_F(UseTallyTest, OfWhatWasUnderWayNobodyKnows) {
    intent(8);
    intent(11);
    outcome(12, 8, "signed");
    outcome(13, 11, "signed");
    expect(0, 2);
}

TEST_F(UseTallyTest, WhatWasEndedBeforeIsInTheCountAlready) {
    intent(7);
    outcome(9, 7, "signed");
    expect(0, 0);
}

TEST_F(UseTallyTest, ASignatureThatWasThrownAwayWasMade) {
    intent(12);
    outcome(13, 12, "discarded");
    expect(1, 1);
}

TEST_F(UseTallyTest, WhatFailedMayHaveBeenMade) {
    intent(12);
    outcome(13, 12, "failed");
    intent(14);
    outcome(15, 14, "unknown");
    expect(0, 2);
}

TEST_F(UseTallyTest, OtherKeysOfTheSealAreNotCounted) {
    intent(12, 1);
    intent(13);
    outcome(14, 13, "signed", "usb-2");
    tally.add(entry(15, "key-use", {{"seal", "contract"}, {"token", "usb-2"}, {"version", 2}})).value();
    tally.add(entry(16, "key-use", {{"seal", "contract"}, {"token", "usb-1"}, {"version", 3}})).value();
    expect(0, 0);
}

TEST_F(UseTallyTest, AnotherTokenTookOverWhatThisOneMayHaveSigned) {
    intent(12);
    tally.add(entry(13, "fail-over", {{"seal", "contract"}, {"token", "usb-2"}, {"instead_of", "usb-1"}, {"intents", json::array{12}}})).value();
    outcome(14, 12, "signed", "usb-2");
    expect(0, 1);
}

TEST_F(UseTallyTest, AnUseOutsideOfSealingMayHaveBeenOne) {
    tally.add(entry(12, "key-use", {{"seal", "contract"}, {"token", "usb-1"}, {"purpose", "move the key to a second token"}})).value();
    tally.add(entry(13, "key-use", {{"seal", "contract"}, {"token", "usb-1"}, {"version", 2}})).value();
    expect(0, 2);
}

TEST_F(UseTallyTest, AfterALoginTheDeviceMayHaveSignedAChallengeWithTheKey) {
    tally.add(entry(12, "token-unlock-attempt", {{"token", "usb-1"}, {"challenge_key", "ab01"}})).value();
    tally.add(entry(13, "token-unlock-attempt", {{"token", "usb-1"}, {"challenge_key", "cd02"}})).value();
    tally.add(entry(14, "token-unlock-attempt", {{"token", "usb-2"}, {"challenge_key", "ab01"}})).value();
    expect(0, 1);
}

TEST_F(UseTallyTest, WhatEndsWhileTheDeviceIsAskedAgainIsNotSure) {
    intent(12);
    UseTally then = tally;
    then.add_meanwhile(entry(13, "outcome", {{"seal", "contract"}, {"version", 2}, {"intent", 12}, {"result", "signed"}, {"token", "usb-1"}})).value();
    then.add_meanwhile(entry(14, "intent", {{"seal", "contract"}, {"version", 2}})).value();
    EXPECT_EQ(then.at_least(), 0U);
    EXPECT_EQ(then.at_most(), 2U);
}

class WhatIsUnderWay : public testing::Test {
  protected:
    std::uint64_t oldest() {
        return oldest_under_way(*state_.connect(OpenMode::read_only), SealName::decode("contract").value(), 100, noon + std::chrono::minutes(1)).value();
    }
    void record(const std::string& kind, Timestamp when = noon) {
        WriteWork<std::uint64_t> work = [&](Transaction& transaction) { return transaction.append(Entry::make(kind, when, {{"seal", "contract"}})); };
        state_.write(*store_, work).value();
    }
    TemporaryState state_;
    std::unique_ptr<Store> store_ = state_.open();
};

TEST_F(WhatIsUnderWay, AKeyIsInUseUntilItsSealHasWhatItWasUsedForOrMinutesAreOver) {
    record("seal-made");
    EXPECT_EQ(oldest(), 100U);
    record("key-use", noon - std::chrono::hours(1));
    EXPECT_EQ(oldest(), 100U);
    record("key-use");
    EXPECT_EQ(oldest(), 2U);
    record("seal-certified");
    EXPECT_EQ(oldest(), 100U);
}

}  // namespace
}  // namespace seald::test
