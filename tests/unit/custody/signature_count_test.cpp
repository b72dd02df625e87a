// A device's count of its signatures, judged, and as the ledger keeps it.
#include "daemon/custody/signature_count.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tests/unit/store/temporary_state.hpp"

namespace seald::test {
namespace {

namespace json = boost::json;
using Verdict = SignatureCount::Verdict;

CountedKey key_on(const std::string& token, unsigned version = 2) {
    return {SealName::decode("contract").value(), version, TokenName::decode(token).value(), {0xab, 0x01}};
}

SignatureCount count_of(std::uint64_t count, CountedKey key = key_on("hsm-1")) {
    return {.key = std::move(key), .token_serial = "s-1", .count = count, .read = {20, 22}, .from = 18, .since = {}};
}

// Two uses for certain, and one that failed.
Verdict verdict_on(std::uint64_t counted) {
    UseTally tally(key_on("hsm-1"), {10, 10});
    for (const auto& [intent, result] : {std::pair{11, "signed"}, {13, "signed"}, {15, "failed"}}) {
        const auto index = static_cast<std::uint64_t>(intent);
        tally.add({index, Entry::make("intent", noon, {{"version", 2}})}).value();
        tally.add({index + 1, Entry::make("outcome", noon, {{"version", 2}, {"intent", index}, {"result", result}, {"token", "hsm-1"}})}).value();
    }
    auto now = count_of(counted);
    judge(now, {9, 100}, tally);
    EXPECT_EQ(now.at_least, 2U);
    EXPECT_EQ(now.at_most, 3U);
    return now.verdict;
}

TEST(SignatureCountTest, AgreesWithinWhatTheLedgerKnowsOf) {
    EXPECT_EQ(verdict_on(101), Verdict::differs);
    EXPECT_EQ(verdict_on(102), Verdict::agrees);
    EXPECT_EQ(verdict_on(103), Verdict::agrees);
    EXPECT_EQ(verdict_on(104), Verdict::differs);
    EXPECT_EQ(verdict_on(3), Verdict::differs) << "another device, or one that was reset";
}

TEST(SignatureCountTest, IsSettledWhenNothingWasUnderWay) {
    auto count = count_of(1);
    EXPECT_FALSE(count.settled());
    count.from = 20;
    EXPECT_FALSE(count.settled()) << "something was recorded while the device was asked";
    count.read.answered = 20;
    EXPECT_TRUE(count.settled());
    count.from = 19;
    EXPECT_FALSE(count.settled()) << "an intent was open";
}

TEST(SignatureCountTest, IsReadAsItWasWritten) {
    auto written = count_of(107);
    written.verdict = Verdict::differs;
    written.since = SignatureCount::Since{9, 110};
    written.at_least = 2;
    written.at_most = 3;
    const auto fields = to_fields(written);
    EXPECT_EQ(fields.at("counted").to_number<std::int64_t>(), -3);
    const auto read = decode_signature_count(Entry::make(std::string(signature_count_kind), noon, fields)).value();
    EXPECT_EQ(json::serialize(to_fields(read)), json::serialize(fields));
    EXPECT_EQ(read.since, written.since);
    EXPECT_FALSE(decode_signature_count(Entry::make(std::string(signature_count_kind), noon, {{"seal", "contract"}})));
}

TEST(SignatureCountTest, TheLastOneOfAKeyIsFoundAmongThoseOfOthers) {
    TemporaryState state;
    const auto store = state.open();
    WriteWork<std::uint64_t> work = [](Transaction& transaction) -> Result<std::uint64_t> {
        for (const auto& count : {count_of(1), count_of(2), count_of(3, key_on("hsm-2")), count_of(4, {SealName::decode("finance").value(), 2, TokenName::decode("hsm-1").value(), {0xab, 0x01}})})
            if (auto index = transaction.append(Entry::make(std::string(signature_count_kind), noon, to_fields(count))); !index) return index;
        for (std::uint64_t later = 0; later < 300; ++later)
            if (auto index = transaction.append(Entry::make(std::string(signature_count_kind), noon, to_fields(count_of(later, key_on("hsm-2"))))); !index) return index;
        return 0;
    };
    state.write(*store, work).value();
    const auto database = state.connect(OpenMode::read_only);
    const auto found = latest_signature_count(*database, key_on("hsm-1")).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->index, 1U);
    EXPECT_EQ(found->count.count, 2U);
    EXPECT_FALSE(latest_signature_count(*database, key_on("hsm-3")).value());
}

}  // namespace
}  // namespace seald::test
