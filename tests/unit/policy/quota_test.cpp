// A number of uses instead of documents (授權): where the policy allows it, as it was applied for, and not one use more.
#include "daemon/policy/permit.hpp"

#include "tests/unit/policy/expect_rule.hpp"
#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using test::expect_rule;
using test::Office;

struct QuotaTest : testing::Test {
    Office office;
    Application application = office.application({});
    QuotaTest() {
        office.rules().quota = true;
        office.rules().quota_ttl = hours(24 * 90);
        application.quota = Quota{5, office.now + hours(24 * 30)};
    }
    Approval approval(std::string_view who, std::string_view step) {
        Approval made = office.decision(application, who, step);
        made.quota_uses = application.quota->uses;
        made.expires_at = application.quota->until;
        return made;
    }
    void approve() {
        office.decide(application, approval("wang.fang", "department-review"));
        office.decide(application, approval("zhang.wei", "administration"));
    }
    Result<Permit> use(const std::vector<std::string>& contents, unsigned spent = 0) {
        std::vector<SpentUse> uses;
        for (unsigned i = 0; i < spent; ++i)
            for (const char* jti : {"jti-1", "jti-2"}) uses.push_back({jti, test::digest("earlier " + std::to_string(i)), 1});
        return office.authorise("li.na", office.request_for(application, contents), application, uses);
    }
    Result<RecordedDecision> hand_in(const Approval& made) {
        return judge_decision(office.caller(made.issuer.str()), office.sign(made), application, office.seal, office.policy, office.now);
    }
};

TEST_F(QuotaTest, PermitsAnyDocumentUntilItsUsesAreUsed) {
    approve();
    EXPECT_TRUE(use({"never seen before"}));
    EXPECT_TRUE(use({"a"}, 4));
    expect_rule(use({"a"}, 5), "quota-used-up", ErrorCode::conflict);
    expect_rule(use({"a", "b"}, 4), "quota-used-up", ErrorCode::conflict);
    EXPECT_TRUE(use({"a", "a"}, 3)) << "the same document again is another use";
}

TEST_F(QuotaTest, GrantsCountAnyDocument) {
    approve();
    const auto permit = use({"a"});
    ASSERT_TRUE(permit);
    EXPECT_TRUE(permit->uses()[0].grants[0].counts_any_document);
    EXPECT_EQ(permit->uses()[0].grants[0].allowed, 5U);
}

TEST_F(QuotaTest, EndsInItsLastMoment) {
    approve();
    office.now = application.quota->until - milliseconds(1);
    EXPECT_TRUE(use({"a"}));
    office.now = application.quota->until;
    EXPECT_FALSE(use({"a"}));
}

TEST_F(QuotaTest, IsNothingWhereThePolicyKnowsNone) {
    approve();
    office.rules().quota = false;
    expect_rule(use({"a"}), "approval-quota-not-allowed");
}

TEST_F(QuotaTest, IsApprovedAsItWasAppliedFor) {
    Approval more = approval("wang.fang", "department-review");
    more.quota_uses = 6;
    expect_rule(hand_in(more), "approval-quota");
    Approval longer = approval("wang.fang", "department-review");
    longer.expires_at += seconds(1);
    expect_rule(hand_in(longer), "approval-quota");
    EXPECT_TRUE(hand_in(approval("wang.fang", "department-review")));
}

TEST_F(QuotaTest, IsNoAnswerToAnApplicationForDocuments) {
    const Approval grant = approval("wang.fang", "department-review");
    application.quota.reset();
    application.documents = {test::document("a")};
    expect_rule(hand_in(grant), "approval-quota");
}

TEST_F(QuotaTest, IsAppliedForWithinThePolicysTime) {
    const auto objections = [&] {
        return application_objections(office.caller("li.na"), application, office.seal, {}, office.policy, office.now);
    };
    application.quota->until = office.now + hours(24 * 90);
    EXPECT_TRUE(objections().empty());
    application.quota->until += milliseconds(1);
    EXPECT_EQ(objections().at(0).rule, "quota-too-long");
    application.quota->until = office.now;
    EXPECT_EQ(objections().at(0).rule, "quota-too-long");
    office.rules().quota = false;
    EXPECT_EQ(objections().at(0).rule, "quota-not-allowed");
}

TEST_F(QuotaTest, CountsTheUsesOfRevokedApprovalsToo) {
    approve();
    SealFacts facts{office.seal, application, {}};
    facts.used = {{test::digest("x"), 3}, {test::digest("y"), 1}};
    const auto ask = [&](const std::vector<std::string>& contents) {
        return authorise(office.caller("li.na"), office.request_for(application, contents), facts, office.policy, office.now);
    };
    EXPECT_TRUE(ask({"a"}));
    expect_rule(ask({"a", "b"}), "quota-used-up", ErrorCode::conflict);
}

TEST_F(QuotaTest, ExplainingWithoutDocumentsAsksForOneUse) {
    approve();
    std::vector<SpentUse> spent;
    for (const char* jti : {"jti-1", "jti-2"}) spent.push_back({jti, test::digest("earlier"), 4});
    const auto objections = [&] { return explain(office.caller("li.na"), office.request_for(application, {}), {office.seal, application, spent}, office.policy, office.now); };
    EXPECT_TRUE(objections().empty());
    for (auto& use : spent) use.count = 5;
    ASSERT_EQ(objections().size(), 1U);
    EXPECT_EQ(objections()[0].rule, "quota-used-up");
}

}  // namespace
}  // namespace seald
