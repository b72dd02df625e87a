#include "daemon/store/approval_table.hpp"

#include "sample_rows.hpp"

namespace seald::test {
namespace {

using namespace tables;

class ApprovalTable : public TableTest {
  protected:
    ApprovalTable() {
        for (std::uint64_t index = 1; index <= 5; ++index)
            insert_intent(db, sample_intent(index, "r-" + std::to_string(index))).value();
        remember_approval(db, "jti-1", digest_of("token"), noon).value();
    }
};

TEST_F(ApprovalTable, AnIdBelongsToOneTokenForEver) {
    EXPECT_TRUE(remember_approval(db, "jti-1", digest_of("token"), noon));
    EXPECT_EQ(error_of(remember_approval(db, "jti-1", digest_of("another token"), noon)).rule, "approval-id-reused");
    EXPECT_TRUE(remember_approval(db, "JTI-1", digest_of("another token"), noon)) << "ids are compared as exact bytes";
}

TEST_F(ApprovalTable, IsUsedAsOftenAsAllowedAndNoMore) {
    reserve_use(db, "jti-1", digest_of("one"), 2, 1).value();
    reserve_use(db, "jti-1", digest_of("one"), 2, 2).value();
    const auto error = error_of(reserve_use(db, "jti-1", digest_of("one"), 2, 3));
    EXPECT_EQ(error.code, ErrorCode::conflict);
    EXPECT_EQ(error.rule, "approval-already-used");
    EXPECT_TRUE(reserve_use(db, "jti-1", digest_of("two"), 1, 3)) << "each digest counts for itself";
}

TEST_F(ApprovalTable, NothingAllowedMeansNothing) {
    EXPECT_EQ(error_of(reserve_use(db, "jti-1", digest_of("one"), 0, 1)).rule, "approval-already-used");
}

TEST_F(ApprovalTable, AReleasedUseCanBeReservedAgain) {
    reserve_use(db, "jti-1", digest_of("one"), 1, 1).value();
    release_uses(db, 1).value();
    EXPECT_TRUE(spent_uses(db, {"jti-1"}).value().empty());
    EXPECT_TRUE(reserve_use(db, "jti-1", digest_of("one"), 1, 2));
    EXPECT_EQ(error_of(reserve_use(db, "jti-1", digest_of("one"), 1, 3)).rule, "approval-already-used");
}

TEST_F(ApprovalTable, AUseOfAnUnknownApprovalIsRefused) {
    EXPECT_EQ(error_of(reserve_use(db, "jti-unknown", digest_of("one"), 1, 1)).rule, "store-rule");
}

TEST_F(ApprovalTable, AUseWithoutAnIntentIsRefused) {
    EXPECT_EQ(error_of(reserve_use(db, "jti-1", digest_of("one"), 1, 17)).rule, "store-rule");
}

TEST_F(ApprovalTable, SpentUsesAreCountedByDocument) {
    remember_approval(db, "jti-2", digest_of("token 2"), noon).value();
    reserve_use(db, "jti-1", digest_of("one"), 9, 1).value();
    reserve_use(db, "jti-1", digest_of("one"), 9, 2).value();
    reserve_use(db, "jti-1", digest_of("two"), 9, 3).value();
    reserve_use(db, "jti-1", digest_of("two"), 9, 4).value();
    reserve_use(db, "jti-2", digest_of("one"), 9, 5).value();
    release_uses(db, 4).value();
    auto uses = spent_uses(db, {"jti-2", "jti-1", "jti-unknown"}).value();
    std::map<std::pair<std::string, std::string>, unsigned> counts;
    for (const auto& use : uses) counts[{use.approval_id, use.document.hex()}] = use.count;
    const decltype(counts) expected{{{"jti-1", digest_of("one").hex()}, 2},
                                    {{"jti-1", digest_of("two").hex()}, 1},
                                    {{"jti-2", digest_of("one").hex()}, 1}};
    EXPECT_EQ(counts, expected);
}

TEST_F(ApprovalTable, AQuotaCountsEveryUseWhateverTheDocument) {
    reserve_quota_use(db, "jti-1", digest_of("one"), 2, 1).value();
    reserve_quota_use(db, "jti-1", digest_of("two"), 2, 2).value();
    EXPECT_EQ(error_of(reserve_quota_use(db, "jti-1", digest_of("three"), 2, 3)).rule, "approval-already-used");
    release_uses(db, 1).value();
    EXPECT_TRUE(reserve_quota_use(db, "jti-1", digest_of("three"), 2, 3)) << "what was given back counts again";
}

TEST_F(ApprovalTable, OfARevokedApprovalNoUseIsReserved) {
    EXPECT_TRUE(revoked_approvals(db, {"jti-1"}).value().empty());
    revoke_approval(db, "jti-1", noon).value();
    EXPECT_EQ(error_of(reserve_use(db, "jti-1", digest_of("one"), 1, 1)).rule, "approval-revoked");
    EXPECT_EQ(error_of(reserve_quota_use(db, "jti-1", digest_of("one"), 9, 1)).rule, "approval-revoked");
    EXPECT_EQ(revoked_approvals(db, {"jti-2", "jti-1"}).value(), std::vector<std::string>{"jti-1"});
    EXPECT_EQ(error_of(revoke_approval(db, "jti-1", noon)).rule, "approval-revoked");
}

TEST_F(ApprovalTable, UsesOfAnApplicationAreThoseOfAllItsApprovalsEachSignatureOnce) {
    const auto number = ApplicationNumber::make(2026, 1);
    insert_application(db, sample_application(1)).value();
    std::uint64_t entry = 10;
    for (const char* jti : {"jti-1", "jti-2", "jti-3"}) {
        if (jti != std::string("jti-1")) remember_approval(db, jti, digest_of(jti), noon).value();
        add_decision(db, number, sample_decision(), jti, entry++).value();
    }
    for (const char* jti : {"jti-1", "jti-2"}) reserve_use(db, jti, digest_of("one"), 9, 1).value();
    revoke_approval(db, "jti-2", noon).value();
    revoke_decision(db, number, "jti-2", noon).value();
    for (const char* jti : {"jti-1", "jti-3"}) reserve_use(db, jti, digest_of("two"), 9, 2).value();
    reserve_use(db, "jti-3", digest_of("two"), 9, 3).value();
    release_uses(db, 3).value();
    EXPECT_EQ(application_uses(db, number).value(), (std::map<Digest, unsigned>{{digest_of("one"), 1}, {digest_of("two"), 1}}));
}

}  // namespace
}  // namespace seald::test
