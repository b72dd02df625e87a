#include "daemon/policy/decide.hpp"

#include <algorithm>

#include "tests/unit/policy/expect_rule.hpp"
#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using std::chrono::milliseconds;
using test::expect_rule;
using test::Office;

struct JudgeDecision : testing::Test {
    Office office;
    Application application = office.application({"a", "b", "b"});
    Approval review = office.decision(application, "wang.fang", "department-review");
    Approval final_one = office.decision(application, "zhang.wei", "administration");

    Result<RecordedDecision> judge(const Approval& made, std::string_view who = {}) {
        return judge_decision(office.caller(who.empty() ? made.issuer.str() : who), Office::sign(made), application,
                              office.seal, office.policy, office.now);
    }
};

TEST_F(JudgeDecision, AnApprovalOfTheOpenStepIsRecordedWithItsToken) {
    const auto recorded = judge(review);
    ASSERT_TRUE(recorded) << recorded.error().message;
    EXPECT_EQ(recorded->approver, test::id("wang.fang"));
    EXPECT_EQ(recorded->step, test::step("department-review"));
    EXPECT_EQ(recorded->decision, Decision::approve);
    EXPECT_EQ(recorded->decided_at, office.now);
    EXPECT_EQ(recorded->expires_at, review.expires_at);
    EXPECT_EQ(decode_unverified_approval(decode_jws(recorded->jws).value()).value().id, review.id);
}

TEST_F(JudgeDecision, RejectingAndReturningKeepTheReason) {
    for (const Decision decision : {Decision::reject, Decision::return_}) {
        review.decision = decision;
        review.reason = "clause 7 is missing";
        const auto recorded = judge(review);
        ASSERT_TRUE(recorded);
        EXPECT_EQ(recorded->decision, decision);
        EXPECT_EQ(recorded->reason, "clause 7 is missing");
    }
}

TEST_F(JudgeDecision, ARejectionNeedNotListTheDocuments) {
    review.decision = Decision::reject;
    review.reason = "clause 7 is missing";
    review.documents.erase(review.documents.begin());
    EXPECT_TRUE(judge(review));
}

TEST_F(JudgeDecision, AStepOutOfTurnIsRefusedNamingTheOpenOne) {
    const auto early = judge(final_one);
    expect_rule(early, "decision-wrong-step");
    EXPECT_NE(early.error().message.find("department-review"), std::string::npos);
    office.decide(application, review);
    EXPECT_TRUE(judge(final_one));
    const auto late = judge(office.decision(application, "li.si", "department-review"));
    expect_rule(late, "decision-wrong-step");
    EXPECT_NE(late.error().message.find("administration"), std::string::npos);
}

TEST_F(JudgeDecision, IsHandedInByItsIssuerOnly) {
    expect_rule(judge(review, "li.si"), "decision-by-another");
    expect_rule(judge(review, "erp"), "decision-by-another");
    expect_rule(judge(review, "li.na"), "decision-by-another");
}

TEST_F(JudgeDecision, ItsSignatureIsChecked) {
    const auto forged = sign_approval(review, test::key_of("li.na")).value();
    expect_rule(judge_decision(office.caller("wang.fang"), forged, application, office.seal, office.policy, office.now),
                "approval-signature");
}

TEST_F(JudgeDecision, GarbageIsMalformed) {
    const auto refused =
        judge_decision(office.caller("wang.fang"), "garbage", application, office.seal, office.policy, office.now);
    EXPECT_EQ(refused.error().code, ErrorCode::malformed);
}

TEST_F(JudgeDecision, ItIsBoundToThisApplication) {
    review.application = ApplicationNumber::make(2026, 2);
    expect_rule(judge(review), "approval-application");
    review.application.reset();
    expect_rule(judge(review), "approval-application");
}

TEST_F(JudgeDecision, AnApprovalListsExactlyTheApplicationsDocuments) {
    Approval fewer = review, more = review, once = review, order = review;
    fewer.documents.erase(fewer.documents.begin());
    expect_rule(judge(fewer), "approval-document");
    more.documents.push_back({test::digest("c"), "c.pdf"});
    expect_rule(judge(more), "approval-document");
    once.documents.pop_back();  // "b" was applied for twice
    expect_rule(judge(once), "approval-document");
    std::reverse(order.documents.begin(), order.documents.end());
    EXPECT_TRUE(judge(order));
}

TEST_F(JudgeDecision, NobodyDecidesOnTheirOwnApplication) {
    application.applicant = test::id("wu.di");
    expect_rule(judge(office.decision(application, "wu.di", "department-review")), "approval-self");
}

TEST_F(JudgeDecision, RoleAndDepartmentAreTheSteps) {
    expect_rule(judge(office.decision(application, "zhang.wei", "department-review")), "approval-role");
    expect_rule(judge(office.decision(application, "he.hua", "department-review")), "approval-department");
}

TEST_F(JudgeDecision, TheDepartmentIsTheOneAppliedFrom) {
    application.department = test::department("personnel");
    expect_rule(judge(review), "approval-department");
    EXPECT_TRUE(judge(office.decision(application, "he.hua", "department-review")));
}

TEST_F(JudgeDecision, NobodyDecidesTwiceOverAllSteps) {
    office.decide(application, office.decision(application, "qian.duo", "department-review"));
    expect_rule(judge(office.decision(application, "qian.duo", "administration")), "approval-same-person");
}

TEST_F(JudgeDecision, NobodyDecidesTwiceInOneStep) {
    office.rules().steps[0].count = 2;
    office.decide(application, review);
    expect_rule(judge(office.decision(application, "wang.fang", "department-review")), "approval-same-person");
    EXPECT_TRUE(judge(office.decision(application, "li.si", "department-review")));
}

TEST_F(JudgeDecision, TheIdOfAnEarlierApprovalIsRefused) {
    office.decide(application, review);
    final_one.id = review.id;
    expect_rule(judge(final_one), "approval-id-repeated");
}

TEST_F(JudgeDecision, OnlyASubmittedApplicationIsDecidedOn) {
    using enum ApplicationState;
    for (const auto state : {approved, partly_sealed, sealed, rejected, returned, withdrawn, expired}) {
        application.state = state;
        const auto refused = judge(review);
        expect_rule(refused, "decision-not-open", ErrorCode::conflict);
        EXPECT_NE(refused.error().message.find(to_string(state)), std::string::npos);
    }
}

TEST_F(JudgeDecision, AnApplicationWhoseApprovalExpiredIsNotDecidedOn) {
    office.decide(application, review);
    final_one.expires_at += std::chrono::hours(1);
    office.now = review.expires_at - milliseconds(1);
    EXPECT_TRUE(judge(final_one));
    office.now = review.expires_at;
    expect_rule(judge(final_one), "decision-not-open", ErrorCode::conflict);
}

TEST_F(JudgeDecision, TimesCountAsWhenSealing) {
    office.now = review.expires_at;
    expect_rule(judge(review), "approval-expired");
    office.now = review.not_before - milliseconds(1);
    expect_rule(judge(review), "approval-not-yet-valid");
}

TEST_F(JudgeDecision, WithoutAPolicyNothingIsDecided) {
    office.policy.seals.clear();
    expect_rule(judge(review), "no-policy");
}

}  // namespace
}  // namespace seald
