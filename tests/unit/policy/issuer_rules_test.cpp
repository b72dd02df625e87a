// Outside systems: what their approvals may be for, and how often a day.
#include "daemon/policy/issuer_rules.hpp"

#include "tests/unit/policy/expect_rule.hpp"
#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using std::chrono::milliseconds;
using test::expect_rule;
using test::Office;

// An office system that reviews instead of a person; zhang.wei still approves himself.
struct OutsideIssuer : testing::Test {
    Office office;
    OutsideIssuer() {
        office.enrol("oa", "OA", "sales", 0, {Role::reviewer}, {"sales"});
        office.person("oa").uid.reset();
        limits() = {};
    }
    IssuerLimits& limits() {
        auto& outside = office.person("oa").outside;
        if (!outside) outside.emplace();
        return *outside;
    }
    std::string by_oa(const std::string& purpose = "", const std::vector<std::string>& contents = {"a"}) {
        Approval approval = office.approval("oa", "department-review", contents);
        approval.purpose = purpose;
        return Office::sign(approval);
    }
    Result<Permit> use(const std::string& purpose = "", const std::string& of_request = "", unsigned used = 0, const std::vector<std::string>& contents = {"a"}) {
        SealRequest request = office.request({by_oa(purpose, contents), office.token("zhang.wei", "administration", contents)}, contents);
        request.purpose = of_request;
        SealFacts facts{office.seal, {}, {}};
        facts.issued.emplace(test::id("oa"), used);
        return seald::authorise(office.caller("li.na"), request, facts, office.policy, office.now);
    }
};

TEST_F(OutsideIssuer, WithoutLimitsApprovesLikeAPerson) {
    const auto permit = use();
    ASSERT_TRUE(permit) << permit.error().message;
    ASSERT_EQ(permit->issuers().size(), 1U);
    EXPECT_EQ(permit->issuers()[0].issuer.str(), "oa");
    EXPECT_FALSE(permit->issuers()[0].daily);
}

TEST_F(OutsideIssuer, APersonIsNone) {
    const auto permit = office.authorise("li.na", office.request(office.both_tokens()));
    ASSERT_TRUE(permit);
    EXPECT_TRUE(permit->issuers().empty());
}

TEST_F(OutsideIssuer, ApprovesForItsSealsOnly) {
    limits().seals = {office.seal.name, SealName::decode("other").value()};
    EXPECT_TRUE(use());
    limits().seals = {SealName::decode("contract-2").value()};
    expect_rule(use(), "issuer-seal");
    EXPECT_NE(use().error().missing.at(0).find("[[issuer]] oa"), std::string::npos);
}

TEST_F(OutsideIssuer, ApprovesForItsKindsOnly) {
    limits().kinds = {"contract"};
    EXPECT_TRUE(use());
    limits().kinds = {"invoice", "finance"};
    expect_rule(use(), "issuer-kind");
}

TEST_F(OutsideIssuer, EveryLimitThatIsGivenHolds) {
    limits().seals = {office.seal.name};
    limits().kinds = {"invoice"};
    expect_rule(use(), "issuer-kind");
}

TEST_F(OutsideIssuer, ApprovesForItsPurposesOnly) {
    limits().purposes = {"monthly report", "invoice *"};
    EXPECT_TRUE(use("monthly report"));
    EXPECT_TRUE(use("invoice 42"));
    EXPECT_TRUE(use("invoice "));
    expect_rule(use("invoice"), "issuer-purpose");
    expect_rule(use("Invoice 42"), "issuer-purpose");
    expect_rule(use("monthly report "), "issuer-purpose");
    expect_rule(use("a monthly report"), "issuer-purpose");
    expect_rule(use(""), "issuer-purpose");
}

TEST_F(OutsideIssuer, ThePurposeThatTheLedgerWillHaveIsOneOfThem) {
    limits().purposes = {"invoice *"};
    EXPECT_TRUE(use("invoice 42", "invoice 43"));
    expect_rule(use("invoice 42", "sell the company"), "issuer-purpose");
}

TEST_F(OutsideIssuer, CountsSoOftenADay) {
    limits().daily = 3;
    EXPECT_TRUE(use("", "", 2));
    expect_rule(use("", "", 3), "issuer-daily-limit", ErrorCode::too_many);
    EXPECT_EQ(use("", "", 3).error().missing.at(0), "time: from 2026-11-24T00:00:00.000Z");
    EXPECT_TRUE(use("", "", 0, {"a", "b", "c"}));
    expect_rule(use("", "", 1, {"a", "b", "c"}), "issuer-daily-limit", ErrorCode::too_many);
}

TEST_F(OutsideIssuer, MoreThanADaysWorthAtOncePassesOnNoDay) {
    limits().daily = 3;
    expect_rule(use("", "", 0, {"a", "b", "c", "d"}), "issuer-daily-limit");
}

TEST_F(OutsideIssuer, ADayIsTheCalendars) {
    limits().daily = 3;
    office.policy.calendar.utc_offset = std::chrono::hours(8);
    EXPECT_EQ(use().value().issuers()[0].since, test::at("2026-11-22T16:00:00Z"));
}

TEST_F(OutsideIssuer, ApprovesNoApplicationsAndIsNotWaitedFor) {
    const auto application = office.application();
    const Person& oa = office.person("oa");
    const Step& step = office.rules().steps[0];
    EXPECT_FALSE(seat_of(oa, step, {{application.applicant, application.department}, "contract", "contract", office.policy, office.now}));
    for (const auto& who : who_may_decide(application, SealKind::contract, step, office.policy, office.now)) EXPECT_EQ(who.find("oa"), std::string::npos) << who;
    Approval bound = office.decision(application, "oa", "department-review");
    expect_rule(check_approval(Office::sign(bound), {{application.applicant, application.department}, office.seal.name, office.seal.kind, office.rules(), office.policy,
                                                     application.number, office.now}),
                "approval-outside");
}

TEST(Purpose, AStarStandsForAnyText) {
    EXPECT_TRUE(matches_purpose("*", ""));
    EXPECT_TRUE(matches_purpose("*", "anything * at all"));
    EXPECT_TRUE(matches_purpose("a*c", "ac"));
    EXPECT_TRUE(matches_purpose("a*c", "abcabc"));
    EXPECT_TRUE(matches_purpose("a*b*c", "a-b-b-c"));
    EXPECT_TRUE(matches_purpose("a**", "a"));
    EXPECT_TRUE(matches_purpose("發票 *", "發票 42"));
    EXPECT_FALSE(matches_purpose("a*c", "abcd"));
    EXPECT_FALSE(matches_purpose("a*b*c", "acb"));
    EXPECT_FALSE(matches_purpose("", "a"));
    EXPECT_FALSE(matches_purpose("a", ""));
    EXPECT_FALSE(matches_purpose("a?c", "abc")) << "only the star is special";
}

TEST(Purpose, ManyStarsTakeNoTime) {
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "*a";
    EXPECT_FALSE(matches_purpose(pattern + "b", std::string(2000, 'a')));
}

}  // namespace
}  // namespace seald
