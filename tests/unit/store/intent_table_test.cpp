#include "daemon/store/intent_table.hpp"

#include "daemon/store/approval_table.hpp"
#include "sample_rows.hpp"

namespace seald::test {
namespace {

using namespace tables;

class IntentTable : public TableTest {
  protected:
    void finish(std::uint64_t index, IntentState state = IntentState::done) {
        const auto signature = state == IntentState::done ? std::optional(Bytes{1, 2, 3}) : std::nullopt;
        finish_intent(db, index, state, index + 1, signature).value();
    }
};

TEST_F(IntentTable, AnIntentComesBackOpenAndWhole) {
    insert_application(db, sample_application()).value();
    auto row = sample_intent(4, "r-1", 2);
    row.application = ApplicationNumber::make(2026, 1);
    insert_intent(db, row).value();
    const auto open = open_intents(db).value();
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0].index, 4U);
    EXPECT_EQ(open[0].seal, row.seal);
    EXPECT_EQ(open[0].epoch, 3U);
    EXPECT_EQ(open[0].caller, row.caller);
    EXPECT_EQ(open[0].request_id, "r-1");
    EXPECT_EQ(open[0].request_fingerprint, row.request_fingerprint);
    EXPECT_EQ(open[0].application, row.application);
    EXPECT_EQ(open[0].position, 2U);
    EXPECT_EQ(open[0].document, row.document);
    EXPECT_EQ(open[0].document_name, "one.pdf");
    EXPECT_EQ(open[0].format, SignatureFormat::cms);
    EXPECT_EQ(open[0].state, IntentState::open);
    EXPECT_FALSE(open[0].outcome_index || open[0].signature);
}

TEST_F(IntentTable, DoneKeepsTheSignature) {
    insert_intent(db, sample_intent(4)).value();
    finish(4);
    const auto rows = find_request(db, person("li.na"), "r-1").value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].state, IntentState::done);
    EXPECT_EQ(rows[0].outcome_index, 5U);
    EXPECT_EQ(rows[0].signature, (Bytes{1, 2, 3}));
    EXPECT_TRUE(open_intents(db).value().empty());
}

TEST_F(IntentTable, ASignatureGoesWithDoneAndWithNothingElse) {
    insert_intent(db, sample_intent(4)).value();
    EXPECT_EQ(error_of(finish_intent(db, 4, IntentState::done, 5, std::nullopt)).rule, "store-rule");
    EXPECT_EQ(error_of(finish_intent(db, 4, IntentState::discarded, 5, Bytes{1})).rule, "store-rule");
    EXPECT_EQ(error_of(finish_intent(db, 4, IntentState::open, 5, std::nullopt)).rule, "store-rule");
}

TEST_F(IntentTable, AnOutcomeIsGivenOnce) {
    insert_intent(db, sample_intent(4)).value();
    finish(4, IntentState::failed);
    EXPECT_EQ(error_of(finish_intent(db, 4, IntentState::done, 6, Bytes{1})).rule, "intent-not-open");
    EXPECT_EQ(error_of(finish_intent(db, 9, IntentState::done, 10, Bytes{1})).rule, "intent-not-open");
    EXPECT_EQ(error_of(db.change("UPDATE intent SET state = 'open', outcome_index = NULL")).rule, "store-rule");
}

TEST_F(IntentTable, AnOutcomeComesAfterItsIntentAndIsInTheLedger) {
    insert_intent(db, sample_intent(4)).value();
    for (const std::uint64_t wrong : std::vector<std::uint64_t>{3, 4, 9999})
        EXPECT_EQ(error_of(finish_intent(db, 4, IntentState::failed, wrong, std::nullopt)).rule, "store-rule") << wrong;
}

TEST_F(IntentTable, AnIntentThatTheLedgerDoesNotKnowIsRefused) {
    EXPECT_EQ(error_of(insert_intent(db, sample_intent(9999))).rule, "store-rule");
}

TEST_F(IntentTable, TheSameRequestIsCarriedOutOnce) {
    insert_intent(db, sample_intent(1)).value();
    EXPECT_TRUE(insert_intent(db, sample_intent(2, "r-1", 1))) << "its next document";
    EXPECT_EQ(error_of(insert_intent(db, sample_intent(3))).rule, "request-in-progress");
    finish(1);
    EXPECT_EQ(error_of(insert_intent(db, sample_intent(3))).rule, "request-in-progress");
    auto others = sample_intent(3);
    others.caller = person("zhao.lei");
    EXPECT_TRUE(insert_intent(db, others)) << "ids are each caller's own";
}

TEST_F(IntentTable, AnUnknownOutcomeIsNotTriedAgain) {
    insert_intent(db, sample_intent(1)).value();
    finish(1, IntentState::unknown);
    EXPECT_EQ(error_of(insert_intent(db, sample_intent(3))).rule, "request-in-progress");
}

TEST_F(IntentTable, AFailedRequestMayBeTriedAgain) {
    insert_intent(db, sample_intent(1)).value();
    finish(1, IntentState::failed);
    insert_intent(db, sample_intent(3)).value();
    insert_intent(db, sample_intent(4, "r-1", 1)).value();
    const auto rows = find_request(db, person("li.na"), "r-1").value();
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].index, 1U);
    EXPECT_EQ(rows[1].index, 3U);
    EXPECT_EQ(rows[2].position, 1U);
}

TEST_F(IntentTable, TheNewestEarlierSignatureIsFound) {
    for (std::uint64_t index = 1; index <= 7; index += 2) {
        auto row = sample_intent(index, "r-" + std::to_string(index));
        if (index == 7) row.format = SignatureFormat::raw;
        insert_intent(db, row).value();
    }
    finish(1);
    finish(3);
    finish(5, IntentState::failed);
    finish(7);
    const auto found = [&](const Digest& document, SignatureFormat format) {
        return find_earlier_signature(db, seal_name(), document, format).value();
    };
    EXPECT_EQ(found(digest_of("one"), SignatureFormat::cms).value().index, 3U);
    EXPECT_EQ(found(digest_of("one"), SignatureFormat::raw).value().index, 7U);
    EXPECT_FALSE(found(digest_of("one"), SignatureFormat::pades).has_value());
    EXPECT_FALSE(found(digest_of("two"), SignatureFormat::cms).has_value());
}

// An application with one approval, and signatures by it.
class IntentTableProgress : public IntentTable {
  protected:
    void make(const Application& made) {
        insert_application(db, made).value();
        remember_approval(db, "jti-1", digest_of("token"), noon).value();
        add_decision(db, number, sample_decision(), "jti-1", 18).value();
    }
    std::size_t sealed(std::uint64_t finishing = 99) { return find_progress(db, number, finishing).value()->sealed; }
    std::size_t add(std::uint64_t index, std::string_view content, IntentState state) {
        auto row = sample_intent(index, "r-" + std::to_string(index));
        row.application = number;
        row.document = digest_of(content);
        insert_intent(db, row).value();
        reserve_quota_use(db, "jti-1", row.document, 99, index).value();
        if (state == IntentState::open) return sealed(index);
        finish(index, state);
        if (state == IntentState::failed) release_uses(db, index).value();
        return sealed();
    }
    const ApplicationNumber number = ApplicationNumber::make(2026, 1);
};

TEST_F(IntentTableProgress, ADocumentListedTwiceIsSealedTwice) {
    make(sample_application(1, {document("one"), document("one"), document("two")}));
    EXPECT_EQ(find_progress(db, number, 99).value()->wanted, 3U);
    EXPECT_EQ(sealed(), 0U);
    EXPECT_EQ(add(1, "one", IntentState::done), 1U);
    EXPECT_EQ(add(3, "one", IntentState::failed), 1U);
    EXPECT_EQ(add(5, "one", IntentState::done), 2U);
    EXPECT_EQ(add(7, "one", IntentState::done), 2U) << "no more often than it is listed";
    EXPECT_EQ(add(9, "not listed", IntentState::done), 2U);
    EXPECT_EQ(add(11, "two", IntentState::open), 3U) << "as if it were recorded";
    EXPECT_EQ(sealed(), 2U) << "it is not yet";
}

TEST_F(IntentTableProgress, OfAQuotaEveryUseCounts) {
    auto application = sample_application(1, {});
    application.quota = Quota{3, noon + std::chrono::hours(1)};
    make(application);
    add(1, "one", IntentState::done);
    EXPECT_EQ(add(3, "one", IntentState::done), 2U);
    EXPECT_EQ(find_progress(db, number, 99).value()->wanted, 3U);
}

TEST_F(IntentTable, UsesAreCountedFromTheVeryFirstMomentOn) {
    auto row = sample_intent(4);
    row.recorded_at = noon;
    insert_intent(db, row).value();
    EXPECT_EQ(count_uses_since(db, seal_name(), person("li.na"), noon).value(), 1U);
    EXPECT_EQ(count_uses_since(db, seal_name(), person("li.na"), noon + std::chrono::milliseconds(1)).value(), 0U);
}

TEST_F(IntentTable, StatesHaveOneWordEach) {
    for (const char* word : {"open", "done", "failed", "discarded", "unknown"})
        EXPECT_EQ(to_string(decode_intent_state(word).value()), word);
    EXPECT_EQ(error_of(decode_intent_state("Done")).code, ErrorCode::malformed);
}

}  // namespace
}  // namespace seald::test
