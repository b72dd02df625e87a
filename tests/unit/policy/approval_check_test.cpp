// One approval token, each time wrong in one way, handed in with a good one for the other step.
#include "daemon/policy/approval_check.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tests/unit/policy/expect_rule.hpp"
#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using test::expect_rule;
using test::Office;

struct ApprovalCheck : testing::Test {
    Office office;
    Approval review = office.approval("wang.fang", "department-review");
    std::string good_decision = office.token("zhang.wei", "administration");

    Result<Permit> judge(const std::string& review_token, std::string_view who = "li.na") {
        return office.authorise(who, office.request({review_token, good_decision}));
    }
    Result<Permit> judge(const Approval& changed) { return judge(Office::sign(changed)); }
};

TEST_F(ApprovalCheck, AWellMadeApprovalCounts) { EXPECT_TRUE(judge(review)); }

TEST_F(ApprovalCheck, GarbageIsMalformed) {
    for (const std::string garbage : {"", "a.b.c", "not a token", "eyJhbGciOiJub25lIn0.e30."}) {
        const auto refused = judge(garbage);
        ASSERT_FALSE(refused) << garbage;
        EXPECT_EQ(refused.error().code, ErrorCode::malformed);
    }
}

TEST_F(ApprovalCheck, ATokenOfAnotherTypeIsNoApproval) {
    const auto token = sign_jws(review.to_claims(), "JWT", test::key_of("wang.fang")).value();
    expect_rule(judge(token), "approval-type");
}

TEST_F(ApprovalCheck, TheIssuerMustBeEnrolled) {
    office.policy.persons.erase(test::id("wang.fang"));
    expect_rule(judge(review), "approval-issuer-unknown");
}

TEST_F(ApprovalCheck, TheIssuerMustHaveAnEnrolledKey) {
    office.person("wang.fang").approval_key.reset();
    expect_rule(judge(review), "approval-issuer-unknown");
}

TEST_F(ApprovalCheck, AnotherPersonsKeyDoesNotSignForTheIssuer) {
    const auto forged = sign_approval(review, test::key_of("li.si")).value();
    expect_rule(judge(forged), "approval-signature");
}

TEST_F(ApprovalCheck, TheRightKeyIdDoesNotHelpAForger) {
    const std::string input =
        jws_signing_input(review.to_claims(), approval_typ, test::key_of("wang.fang").public_key());
    const PrivateKey& forger = test::key_of("li.si");
    const Bytes der = test::sign_digest(forger, Digest::of(DigestAlgorithm::sha256, as_bytes(input)));
    const auto forged = assemble_jws(input, ecdsa_der_to_raw(der, KeyAlgorithm::ec_p256).value());
    expect_rule(judge(forged), "approval-signature");
}

TEST_F(ApprovalCheck, AKeyIdThatNamesAnotherKeyIsRefused) {
    const std::string input = jws_signing_input(review.to_claims(), approval_typ, test::key_of("li.si").public_key());
    const Bytes der =
        test::sign_digest(test::key_of("wang.fang"), Digest::of(DigestAlgorithm::sha256, as_bytes(input)));
    const auto confused = assemble_jws(input, ecdsa_der_to_raw(der, KeyAlgorithm::ec_p256).value());
    expect_rule(judge(confused), "approval-signature");
}

TEST_F(ApprovalCheck, AChangedPayloadBreaksTheSignature) {
    const std::string token = Office::sign(review),
                      other = Office::sign(office.approval("wang.fang", "department-review", {"b"}));
    const auto dot = [](const std::string& text, bool last) { return last ? text.rfind('.') : text.find('.'); };
    const std::string spliced = token.substr(0, dot(token, false)) +
                                other.substr(dot(other, false), dot(other, true) - dot(other, false)) +
                                token.substr(dot(token, true));
    expect_rule(judge(spliced), "approval-signature");
}

TEST_F(ApprovalCheck, ItMustBeForThisDaemon) {
    review.audience = "seald.example.com";
    expect_rule(judge(review), "approval-audience");
}

TEST_F(ApprovalCheck, ItMustBeForThisSeal) {
    review.seal = SealName::decode("contract-2").value();
    expect_rule(judge(review), "approval-seal");
}

TEST_F(ApprovalCheck, ItMustBeForThisApplicant) {
    expect_rule(judge(Office::sign(review), "erp"), "approval-applicant");
    review.applicant = test::id("wu.di");
    expect_rule(judge(review), "approval-applicant");
}

TEST_F(ApprovalCheck, BoundToAnApplicationItDoesNotCountOutsideOfIt) {
    review.application = ApplicationNumber::make(2026, 1);
    expect_rule(judge(review), "approval-application");
}

TEST_F(ApprovalCheck, AQuotaInPlaceOfDocumentsIsRefused) {
    review.documents.clear();
    review.quota_uses = 5;
    expect_rule(judge(review), "approval-quota-not-allowed");
}

TEST_F(ApprovalCheck, ItCountsFromItsFirstMoment) {
    review.issued_at = review.not_before = from_unix(to_unix(office.now));
    office.now = review.not_before;
    EXPECT_TRUE(judge(review));
    office.now = review.not_before - milliseconds(1);
    expect_rule(judge(review), "approval-not-yet-valid");
}

TEST_F(ApprovalCheck, NotBeforeIsKeptEvenWhenIssuedEarlier) {
    review.not_before = office.now + seconds(1);
    expect_rule(judge(review), "approval-not-yet-valid");
}

TEST_F(ApprovalCheck, AnApprovalIssuedInTheFutureDoesNotCountYet) {
    review.issued_at = office.now + seconds(1);
    expect_rule(judge(review), "approval-not-yet-valid");
}

TEST_F(ApprovalCheck, ItCountsUntilTheMomentBeforeItExpires) {
    office.now = review.expires_at - milliseconds(1);
    good_decision = office.token("zhang.wei", "administration");
    EXPECT_TRUE(judge(review));
    office.now = review.expires_at;
    expect_rule(judge(review), "approval-expired");
}

TEST_F(ApprovalCheck, ItMayBeValidAsLongAsThePolicySaysAndNoLonger) {
    review.expires_at = review.issued_at + hours(72);
    EXPECT_TRUE(judge(review));
    review.expires_at += seconds(1);
    expect_rule(judge(review), "approval-too-long");
}

TEST_F(ApprovalCheck, ALateNotBeforeDoesNotMakeItLiveLonger) {
    review.not_before = office.now;
    review.expires_at = review.issued_at + hours(72) + seconds(1);
    expect_rule(judge(review), "approval-too-long");
}

TEST_F(ApprovalCheck, ItsStepMustExist) {
    review.step = test::step("board");
    expect_rule(judge(review), "approval-step-unknown");
}

TEST_F(ApprovalCheck, TheIssuerMustHaveTheStepsRole) {
    expect_rule(judge(office.approval("zhang.wei", "department-review")), "approval-role");
    office.person("wang.fang").roles = {};  // left the team since
    expect_rule(judge(review), "approval-role");
}

TEST_F(ApprovalCheck, AReviewerReviewsOnlyTheDepartmentsItIsEnrolledFor) {
    expect_rule(judge(office.approval("he.hua", "department-review")), "approval-department");
}

TEST_F(ApprovalCheck, NoReviewerReviewsAnApplicantWithoutADepartment) {
    good_decision = office.token("zhang.wei", "administration", {"a"}, "crm");
    expect_rule(judge(office.token("wang.fang", "department-review", {"a"}, "crm"), "crm"), "approval-department");
}

TEST_F(ApprovalCheck, AnApproverDecidesForEveryDepartment) {
    good_decision = office.token("zhang.wei", "administration", {"a"}, "erp");
    EXPECT_TRUE(judge(office.token("wang.fang", "department-review", {"a"}, "erp"), "erp"));
}

TEST_F(ApprovalCheck, NobodyApprovesTheirOwnApplication) {
    good_decision = office.token("zhang.wei", "administration", {"a"}, "wu.di");
    expect_rule(judge(office.token("wu.di", "department-review", {"a"}, "wu.di"), "wu.di"), "approval-self");
}

TEST_F(ApprovalCheck, ARejectionIsNoApproval) {
    for (const Decision decision : {Decision::reject, Decision::return_}) {
        review.decision = decision;
        review.reason = "clause 7 is missing";
        expect_rule(judge(review), "approval-decision");
    }
}

TEST_F(ApprovalCheck, ARejectionWithoutAReasonDoesNotEvenDecode) {
    boost::json::object claims = boost::json::parse(review.to_claims()).as_object();
    for (const std::string_view decision : {"reject", "return"}) {
        claims["decision"] = decision;
        const auto token = sign_jws(boost::json::serialize(claims), approval_typ, test::key_of("wang.fang")).value();
        expect_rule(judge(token), "approval-reason-missing", ErrorCode::malformed);
    }
}

}  // namespace
}  // namespace seald
