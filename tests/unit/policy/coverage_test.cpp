// Whether several good approvals together permit a request that brings them from an outside system.
#include "daemon/policy/coverage.hpp"

#include "tests/unit/policy/expect_rule.hpp"
#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using test::digest;
using test::expect_rule;
using test::Office;
using testing::Test;

struct CoverageTest : Test {
    Office office;
    Result<Permit> ask(std::vector<std::string> tokens, const std::vector<std::string>& contents = {"a"},
                       std::vector<SpentUse> spent = {}) {
        return office.authorise("li.na", office.request(std::move(tokens), contents), {}, std::move(spent));
    }
};

TEST_F(CoverageTest, EveryStepApprovedPermitsAndNamesWhoApprovedWhat) {
    Approval review = office.approval("wang.fang", "department-review", {"a", "b"});
    review.expires_at += std::chrono::hours(1);
    const Approval final_one = office.approval("zhang.wei", "administration", {"a", "b"});
    const std::string review_token = Office::sign(review), final_token = Office::sign(final_one);
    const auto permit = ask({final_token, review_token}, {"b", "a"});
    ASSERT_TRUE(permit) << permit.error().message;
    ASSERT_EQ(permit->uses().size(), 2U);
    EXPECT_EQ(permit->uses()[0].document.digest, digest("b"));
    EXPECT_EQ(permit->uses()[1].document.digest, digest("a"));
    for (const PermittedUse& use : permit->uses()) {
        ASSERT_EQ(use.grants.size(), 2U);
        EXPECT_EQ(use.grants[0].approval_id, review.id);
        EXPECT_EQ(use.grants[0].approver, test::id("wang.fang"));
        EXPECT_EQ(use.grants[0].step, test::step("department-review"));
        EXPECT_EQ(use.grants[0].token_digest, digest(review_token));
        EXPECT_EQ(use.grants[0].allowed, 1U);
        EXPECT_EQ(use.grants[0].expires_at, review.expires_at);
        EXPECT_EQ(use.grants[1].approver, test::id("zhang.wei"));
    }
    EXPECT_EQ(permit->caller().id(), test::id("li.na"));
    EXPECT_EQ(permit->issued_at(), office.now);
    EXPECT_EQ(permit->seal().name, office.seal.name);
}

TEST_F(CoverageTest, WithoutApprovalsEveryStepAndItsPersonsAreMissing) {
    const auto refused = ask({});
    expect_rule(refused, "approval-missing");
    EXPECT_EQ(refused.error().missing,
              (std::vector<std::string>{
                  "department-review: li.si (李四) or qian.duo (錢多) or wang.fang (王芳) or wu.di (吳迪)",
                  "administration: liu.yang (劉洋) or qian.duo (錢多) or wu.di (吳迪) or zhang.wei (張偉)"}));
}

TEST_F(CoverageTest, WhoApprovedAlreadyIsNotAmongTheMissing) {
    const auto refused = ask({office.token("qian.duo", "department-review")});
    expect_rule(refused, "approval-missing");
    EXPECT_EQ(refused.error().missing,
              (std::vector<std::string>{"administration: liu.yang (劉洋) or wu.di (吳迪) or zhang.wei (張偉)"}));
}

TEST_F(CoverageTest, AStepThatNobodyCouldTakeIsSaidSo) {
    for (auto& [id, person] : office.policy.persons) person.roles.erase(Role::reviewer);
    const auto refused = ask({office.token("zhang.wei", "administration")});
    expect_rule(refused, "approval-missing");
    EXPECT_EQ(refused.error().missing,
              (std::vector<std::string>{"department-review: nobody is enrolled who could take this step"}));
}

TEST_F(CoverageTest, AStepNeedsItsNumberOfPersons) {
    office.rules().steps[1].count = 2;
    const auto review = office.token("wang.fang", "department-review");
    const auto first = office.token("zhang.wei", "administration");
    expect_rule(ask({review, first}), "approval-missing");
    const auto permit = ask({review, first, office.token("liu.yang", "administration")});
    ASSERT_TRUE(permit);
    EXPECT_EQ(permit->uses()[0].grants.size(), 3U);
}

TEST_F(CoverageTest, TheSamePersonTwiceInAStepIsRefused) {
    office.rules().steps[1].count = 2;
    expect_rule(ask({office.token("wang.fang", "department-review"), office.token("zhang.wei", "administration"),
                     office.token("zhang.wei", "administration")}),
                "approval-same-person");
}

TEST_F(CoverageTest, TheSamePersonInTwoStepsIsRefused) {
    expect_rule(ask({office.token("qian.duo", "department-review"), office.token("qian.duo", "administration")}),
                "approval-same-person");
}

TEST_F(CoverageTest, TheSameTokenTwiceIsRefused) {
    const auto review = office.token("wang.fang", "department-review");
    expect_rule(ask({review, review, office.token("zhang.wei", "administration")}), "approval-same-person");
}

TEST_F(CoverageTest, OneKeyIsOnePersonWhateverItsNames) {
    office.person("zhang.wei").approval_key = test::key_of("wang.fang").public_key();
    const auto second =
        sign_approval(office.approval("zhang.wei", "administration"), test::key_of("wang.fang")).value();
    expect_rule(ask({office.token("wang.fang", "department-review"), second}), "approval-same-person");
}

TEST_F(CoverageTest, TwoTokensWithOneIdAreRefused) {
    Approval review = office.approval("wang.fang", "department-review");
    Approval final_one = office.approval("zhang.wei", "administration");
    final_one.id = review.id;
    expect_rule(ask({Office::sign(review), Office::sign(final_one)}), "approval-id-repeated");
}

TEST_F(CoverageTest, EveryApprovalMustListTheDocument) {
    expect_rule(
        ask({office.token("wang.fang", "department-review"), office.token("zhang.wei", "administration", {"b"})}),
        "approval-document");
    expect_rule(ask(office.both_tokens({"a"}), {"a", "b"}), "approval-document");
}

TEST_F(CoverageTest, TheSameHexUnderAnotherAlgorithmIsAnotherDocument) {
    SealRequest request = office.request(office.both_tokens());
    request.documents[0].digest = Digest::of(DigestAlgorithm::sha384, as_bytes("a"));
    expect_rule(office.authorise("li.na", request), "approval-document");
}

TEST_F(CoverageTest, AskingMoreOftenThanListedIsRefused) {
    EXPECT_TRUE(ask(office.both_tokens({"a", "a"}), {"a", "a"}));
    expect_rule(ask(office.both_tokens({"a", "a"}), {"a", "a", "a"}), "approval-document");
}

TEST_F(CoverageTest, AnApprovedDigestIsSealedAsOftenAsListedAndNoMore) {
    const Approval review = office.approval("wang.fang", "department-review", {"a", "a", "b"});
    const Approval final_one = office.approval("zhang.wei", "administration", {"a", "a", "b"});
    const std::vector<std::string> tokens = {Office::sign(review), Office::sign(final_one)};
    const auto spent = [&](unsigned count) {
        return std::vector<SpentUse>{{review.id, digest("a"), count}, {final_one.id, digest("a"), count}};
    };
    EXPECT_EQ(ask(tokens, {"a"}, spent(0)).value().uses()[0].grants[0].allowed, 2U);
    EXPECT_TRUE(ask(tokens, {"a"}, spent(1)));
    EXPECT_TRUE(ask(tokens, {"a", "a"}, spent(0)));
    expect_rule(ask(tokens, {"a"}, spent(2)), "already-sealed", ErrorCode::conflict);
    expect_rule(ask(tokens, {"a", "a"}, spent(1)), "already-sealed", ErrorCode::conflict);
    expect_rule(ask(tokens, {"a"}, spent(4294967295U)), "already-sealed", ErrorCode::conflict);
    EXPECT_TRUE(ask(tokens, {"b"}, spent(2)));
}

TEST_F(CoverageTest, OneUsedUpApprovalIsEnoughToRefuse) {
    const Approval review = office.approval("wang.fang", "department-review");
    const std::vector<std::string> tokens = {Office::sign(review), office.token("zhang.wei", "administration")};
    expect_rule(ask(tokens, {"a"}, {{review.id, digest("a"), 1}}), "already-sealed", ErrorCode::conflict);
}

TEST_F(CoverageTest, UsesOfOtherApprovalsAndDocumentsDoNotCount) {
    const Approval review = office.approval("wang.fang", "department-review");
    const std::vector<std::string> tokens = {Office::sign(review), office.token("zhang.wei", "administration")};
    EXPECT_TRUE(ask(tokens, {"a"}, {{"other", digest("a"), 1}, {review.id, digest("b"), 1}}));
}

TEST_F(CoverageTest, MoreApprovalsThanNeededAreWelcomeAndNotUsedUp) {
    auto tokens = office.both_tokens();
    tokens.push_back(office.token("liu.yang", "administration"));
    const auto permit = ask(tokens);
    ASSERT_TRUE(permit);
    ASSERT_EQ(permit->uses()[0].grants.size(), 2U);
    EXPECT_EQ(permit->uses()[0].grants[1].approver, test::id("zhang.wei"));
}

TEST_F(CoverageTest, AnApprovalWithUsesLeftIsTakenBeforeAUsedUpOne) {
    const Approval used = office.approval("zhang.wei", "administration");
    const auto permit = ask({office.token("wang.fang", "department-review"), Office::sign(used),
                             office.token("liu.yang", "administration")},
                            {"a"}, {{used.id, digest("a"), 1}});
    ASSERT_TRUE(permit);
    EXPECT_EQ(permit->uses()[0].grants[1].approver, test::id("liu.yang"));
}

TEST_F(CoverageTest, OneBadTokenAmongEnoughGoodOnesRefuses) {
    auto tokens = office.both_tokens();
    tokens.push_back(office.token("he.hua", "department-review"));
    expect_rule(ask(tokens), "approval-department");
}

}  // namespace
}  // namespace seald
