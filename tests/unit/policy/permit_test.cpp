// The whole judgement: by way of an application, and what is said first and in full.
#include "daemon/policy/permit.hpp"

#include <algorithm>

#include "tests/unit/policy/expect_rule.hpp"
#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using std::chrono::milliseconds;
using test::digest;
using test::expect_rule;
using test::Office;

struct Authorise : testing::Test {
    Office office;
    Result<Permit> use(const Application& application, const std::vector<std::string>& contents = {"a"},
                       std::vector<SpentUse> spent = {}) {
        return office.authorise("li.na", office.request_for(application, contents), application, std::move(spent));
    }
};

TEST_F(Authorise, AnApprovedApplicationPermitsItsApplicant) {
    const auto permit = use(office.approved());
    ASSERT_TRUE(permit) << permit.error().message;
    EXPECT_EQ(permit->uses()[0].grants.size(), 2U);
    EXPECT_EQ(permit->request().application, ApplicationNumber::make(2026, 1));
}

TEST_F(Authorise, PartOfAnApplicationMayBeSealed) { EXPECT_TRUE(use(office.approved({"a", "b"}), {"b"})); }

TEST_F(Authorise, TheRulesAboutTheCallerComeFirst) {
    const auto request = office.request({});
    expect_rule(office.authorise("zhao.min", request), "administrator-cannot-use-seals");
    expect_rule(office.authorise("sun.li", request), "auditor-cannot-use-seals");
    expect_rule(office.authorise("chen.jing", request), "not-an-applicant");
    expect_rule(office.authorise("zhou.tao", request), "caller-not-user");
}

TEST_F(Authorise, WhoMayNotUseTheSealIsNotToldWhoCouldApprove) {
    EXPECT_TRUE(office.authorise("zhou.tao", office.request({})).error().missing.empty());
}

TEST_F(Authorise, WithoutAPolicyNothingIsPermitted) {
    const auto application = office.approved();
    office.policy.seals.clear();
    expect_rule(use(application), "no-policy");
}

TEST_F(Authorise, AFormatThatThePolicyDoesNotListIsRefused) {
    office.rules().formats = {SignatureFormat::cms};
    SealRequest request = office.request(office.both_tokens());
    request.format = SignatureFormat::raw;
    expect_rule(office.authorise("li.na", request), "format-not-allowed");
}

TEST_F(Authorise, AnApplicationIsForItsFormat) {
    const auto application = office.approved();
    SealRequest request = office.request_for(application);
    request.format = SignatureFormat::raw;
    expect_rule(office.authorise("li.na", request, application), "application-format");
}

TEST_F(Authorise, ASealThatIsNotInForceSignsNothing) {
    const auto application = office.approved();
    office.seal.state = SealState::suspended;
    expect_rule(use(application), "seal-not-in-force", ErrorCode::conflict);
}

TEST_F(Authorise, ASealWithoutACertificateSignsNothing) {
    const auto application = office.approved();
    office.seal.certificate.reset();
    expect_rule(use(application), "certificate-missing", ErrorCode::conflict);
}

TEST_F(Authorise, ASealWithAnExpiredCertificateSignsNothing) {
    office.now = office.seal.certificate->not_after();
    const auto application = office.approved();
    EXPECT_TRUE(use(application));
    office.now += milliseconds(1);
    expect_rule(use(application), "certificate-not-valid", ErrorCode::conflict);
}

TEST_F(Authorise, OnlyTheApplicantUsesTheApplication) {
    const auto application = office.approved();
    expect_rule(office.authorise("wu.di", office.request_for(application), application), "application-of-another");
    expect_rule(office.authorise("erp", office.request_for(application), application), "application-of-another");
}

TEST_F(Authorise, AnApplicationForAnotherSealIsRefused) {
    auto application = office.approved();
    application.seal = SealName::decode("contract-2").value();
    expect_rule(use(application), "application-of-another-seal");
}

TEST_F(Authorise, AnApplicationThatIsNotThereIsNotFound) {
    const auto request = office.request_for(office.application());
    EXPECT_EQ(office.authorise("li.na", request).error().code, ErrorCode::not_found);
    auto other = office.application();
    other.number = ApplicationNumber::make(2026, 2);
    EXPECT_EQ(office.authorise("li.na", request, other).error().code, ErrorCode::not_found);
}

TEST_F(Authorise, ADocumentThatWasNotAppliedForIsRefused) {
    expect_rule(use(office.approved(), {"b"}), "document-not-in-application");
    expect_rule(use(office.approved(), {"a", "a"}), "document-not-in-application");
}

TEST_F(Authorise, AnOpenApplicationNamesTheStepsAndPersonsThatAreMissing) {
    auto application = office.application();
    expect_rule(use(application), "application-not-approved");
    EXPECT_EQ(use(application).error().missing.size(), 2U);
    office.decide(application, office.decision(application, "wang.fang", "department-review"));
    const auto refused = use(application);
    expect_rule(refused, "application-not-approved");
    EXPECT_EQ(refused.error().missing,
              (std::vector<std::string>{"administration: liu.yang (劉洋) or qian.duo (錢多) or "
                                        "wu.di (吳迪) or zhang.wei (張偉)"}));
}

TEST_F(Authorise, AStateInTheStoreDoesNotReplaceApprovals) {
    auto application = office.application();
    application.state = ApplicationState::approved;
    expect_rule(use(application), "application-not-approved");
}

TEST_F(Authorise, AClosedApplicationIsRefusedByWhatClosedIt) {
    auto application = office.approved();
    const std::pair<ApplicationState, std::string_view> closed[] = {
        {ApplicationState::withdrawn, "application-withdrawn"},
        {ApplicationState::rejected, "application-rejected"},
        {ApplicationState::returned, "application-returned"}};
    for (const auto& [state, rule] : closed) {
        application.state = state;
        expect_rule(use(application), rule, ErrorCode::conflict);
    }
    application.state = ApplicationState::expired;
    expect_rule(use(application), "approval-expired");
}

TEST_F(Authorise, ARecordedRejectionClosesWhateverTheStateSays) {
    for (const auto& [decision, rule] :
         {std::pair{Decision::reject, "application-rejected"}, std::pair{Decision::return_, "application-returned"}}) {
        auto application = office.application();
        Approval made = office.decision(application, "wang.fang", "department-review");
        made.decision = decision;
        made.reason = "clause 7 is missing";
        office.decide(application, made);
        application.state = ApplicationState::approved;
        expect_rule(use(application), rule, ErrorCode::conflict);
    }
}

TEST_F(Authorise, RecordedApprovalsAreVerifiedAgainBecausePeopleLeave) {
    const auto application = office.approved();
    office.person("zhang.wei").roles.clear();
    expect_rule(use(application), "approval-role");
    office.policy.persons.erase(test::id("zhang.wei"));
    expect_rule(use(application), "approval-issuer-unknown");
}

TEST_F(Authorise, ARecordedApprovalIsBelievedForItsSignatureNotItsColumns) {
    auto application = office.approved();
    Approval forged = office.decision(application, "zhang.wei", "administration");
    application.decisions[1].jws = sign_approval(forged, test::key_of("li.na")).value();
    expect_rule(use(application), "approval-signature");
}

TEST_F(Authorise, AnApprovalOfAnotherApplicationDoesNotCount) {
    auto application = office.approved(), other = application;
    other.number = ApplicationNumber::make(2026, 2);
    expect_rule(use(other), "approval-application");
    application.decisions[1].jws = office.token("zhang.wei", "administration");  // bound to none
    expect_rule(use(application), "approval-application");
}

TEST_F(Authorise, ARecordedApprovalExpires) {
    const auto application = office.approved();
    office.now = application.decisions[0].expires_at - milliseconds(1);
    EXPECT_TRUE(use(application));
    office.now += milliseconds(1);
    expect_rule(use(application), "approval-expired");
}

TEST_F(Authorise, AnApplicationsDocumentIsSealedOnce) {
    const auto application = office.approved({"a", "b"});
    std::vector<SpentUse> spent;
    const Permit permit = use(application, {"a"}).value();
    for (const auto& grant : permit.uses()[0].grants) {
        spent.push_back({grant.approval_id, digest("a"), 1});
    }
    expect_rule(use(application, {"a"}, spent), "already-sealed", ErrorCode::conflict);
    expect_rule(use(application, {"a", "b"}, spent), "already-sealed", ErrorCode::conflict);
    EXPECT_TRUE(use(application, {"b"}, spent));
}

TEST_F(Authorise, APolicyThatBecameStricterCountsAtOnce) {
    const auto application = office.approved();
    office.rules().steps[1].count = 2;
    const auto refused = use(application);
    expect_rule(refused, "application-not-approved");
    EXPECT_EQ(refused.error().missing,
              (std::vector<std::string>{"administration: liu.yang (劉洋) or qian.duo (錢多) or wu.di (吳迪)"}));
}

TEST_F(Authorise, ARequestNamesAnApplicationOrBringsApprovalsNotBoth) {
    const auto application = office.approved();
    SealRequest request = office.request_for(application);
    request.approvals = office.both_tokens();
    EXPECT_EQ(office.authorise("li.na", request, application).error().code, ErrorCode::malformed);
}

TEST_F(Authorise, ARequestHasOneDocumentAtLeastAndAThousandAtMost) {
    EXPECT_EQ(office.authorise("li.na", office.request(office.both_tokens(), {})).error().code, ErrorCode::malformed);
    SealRequest request = office.request(office.both_tokens());
    request.documents.assign(max_documents, request.documents[0]);
    expect_rule(office.authorise("li.na", request), "approval-document");
    request.documents.push_back(request.documents[0]);
    expect_rule(office.authorise("li.na", request), "too-many-documents", ErrorCode::too_large);
}

TEST_F(Authorise, ARequestBringsAHundredApprovalsAtMost) {
    const SealRequest request =
        office.request(std::vector<std::string>(101, office.token("wang.fang", "department-review")));
    expect_rule(office.authorise("li.na", request), "too-many-approvals", ErrorCode::too_large);
}

TEST_F(Authorise, FactsAboutAnotherSealAreOurMistake) {
    SealRequest request = office.request(office.both_tokens());
    request.seal = SealName::decode("contract-2").value();
    EXPECT_EQ(office.authorise("li.na", request).error().code, ErrorCode::internal);
}

TEST_F(Authorise, ARefusalCarriesAllThatIsMissing) {
    office.seal.state = SealState::suspended;
    const auto refused = office.authorise("li.na", office.request({}));
    expect_rule(refused, "seal-not-in-force", ErrorCode::conflict);
    EXPECT_EQ(refused.error().missing.size(), 2U);
}

std::vector<std::string> rules_of(const std::vector<Error>& objections) {
    std::vector<std::string> rules;
    for (const Error& objection : objections) rules.push_back(objection.rule);
    return rules;
}

TEST_F(Authorise, ExplainSaysEverythingThatStandsAgainst) {
    office.rules().formats = {SignatureFormat::cms};
    office.seal.state = SealState::suspended;
    SealRequest request = office.request({});
    request.format = SignatureFormat::raw;
    const auto objections =
        explain(office.caller("zhou.tao"), request, {office.seal, {}, {}}, office.policy, office.now);
    EXPECT_EQ(rules_of(objections), (std::vector<std::string>{"caller-not-user", "format-not-allowed",
                                                              "seal-not-in-force", "approval-missing"}));
}

TEST_F(Authorise, ExplainIsEmptyWhenAuthoriseWouldPermit) {
    const auto application = office.approved();
    const auto objections = explain(office.caller("li.na"), office.request_for(application),
                                    {office.seal, application, {}}, office.policy, office.now);
    EXPECT_TRUE(objections.empty());
}

TEST_F(Authorise, ExplainWorksWithoutDocuments) {
    const auto objections =
        explain(office.caller("li.na"), office.request({}, {}), {office.seal, {}, {}}, office.policy, office.now);
    EXPECT_EQ(rules_of(objections), (std::vector<std::string>{"approval-missing"}));
}

TEST_F(Authorise, NoRefusalRepeatsAToken) {
    for (const std::string& token :
         {office.token("he.hua", "department-review"), std::string("garbage-that-is-secret")}) {
        const auto refused = office.authorise("li.na", office.request({token}));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().message.find(token), std::string::npos);
    }
}

}  // namespace
}  // namespace seald
