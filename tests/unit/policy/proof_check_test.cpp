// Proofs of use: whoever seals signed just this request with his own key.
#include "daemon/policy/proof_check.hpp"

#include "tests/unit/policy/expect_rule.hpp"
#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using test::expect_rule;
using test::key_of;
using test::Office;

struct Proof : testing::Test {
    Office office;
    SealRequest request;
    Proof() : request(office.request(office.both_tokens())) { office.rules().prove_with_key = true; }

    UseProof proof() const {
        UseProof made{.issuer = test::id("li.na"),
                      .audience = office.policy.daemon_id,
                      .id = "proof-1",
                      .issued_at = office.now,
                      .not_before = office.now,
                      .expires_at = office.now + std::chrono::minutes(5),
                      .request_id = request.request_id,
                      .seal = request.seal,
                      .application = request.application,
                      .approvals = {},
                      .documents = {},
                      .format = "cms",
                      .purpose = request.purpose};
        for (const auto& token : request.approvals) made.approvals.push_back(test::digest(token));
        for (const auto& each : request.documents) made.documents.push_back({each.digest, each.name});
        return made;
    }
    Result<Permit> use(const std::string& jws) {
        SealRequest with = request;
        with.proof = jws;
        return office.authorise("li.na", with);
    }
    Result<Permit> use(const UseProof& made, const std::string& signer = "li.na") { return use(sign_use_proof(made, key_of(signer)).value()); }
    template <class Change>
    void expect_refused(Change change, std::string_view rule) {
        UseProof made = proof();
        change(made);
        expect_rule(use(made), rule);
    }
};

TEST_F(Proof, OfJustThisRequestPermitsItAndGoesOnWithThePermit) {
    const auto permit = use(proof());
    ASSERT_TRUE(permit) << permit.error().message;
    ASSERT_TRUE(permit->proof());
    EXPECT_EQ(permit->proof()->id, "proof-1");
    EXPECT_EQ(permit->proof()->key.thumbprint(), key_of("li.na").public_key().thumbprint());
}

TEST_F(Proof, IsNeededWhereThePolicySaysSo) {
    const auto refused = office.authorise("li.na", request);
    expect_rule(refused, "proof-missing");
    EXPECT_NE(refused.error().missing.at(0).find("sealctl sign --key"), std::string::npos);
    office.rules().prove_with_key = false;
    EXPECT_TRUE(office.authorise("li.na", request));
}

TEST_F(Proof, IsRightEvenWhereNobodyDemandsIt) {
    office.rules().prove_with_key = false;
    EXPECT_TRUE(use(proof())->proof());
    expect_rule(use(proof(), "wang.fang"), "proof-signature");
}

TEST_F(Proof, IsByTheCallersOwnKeyAsEnrolledNow) {
    expect_rule(use(proof(), "wang.fang"), "proof-signature");
    expect_refused([](UseProof& made) { made.issuer = test::id("wang.fang"); }, "proof-caller");
    const std::string before = sign_use_proof(proof(), key_of("li.na")).value();
    office.person("li.na").approval_key = key_of("li.na's new key").public_key();
    expect_rule(use(before), "proof-signature");
    office.person("li.na").approval_key.reset();
    expect_rule(use(before), "proof-key-unknown");
}

TEST_F(Proof, IsNoApprovalNorAnApprovalAProof) {
    expect_rule(use(sign_jws(proof().to_claims(), approval_typ, key_of("li.na")).value()), "proof-type");
    expect_rule(use(Office::sign(office.approval("li.na", "department-review"))), "proof-type");
    const std::string as_approval = sign_jws(office.approval("wang.fang", "department-review").to_claims(), use_proof_typ, key_of("wang.fang")).value();
    office.rules().prove_with_key = false;
    expect_rule(office.authorise("li.na", office.request({as_approval, office.token("zhang.wei", "administration")})), "approval-type");
}

TEST_F(Proof, SaysWhatTheRequestSays) {
    expect_refused([](UseProof& made) { made.audience = "seald.elsewhere.example"; }, "proof-audience");
    expect_refused([](UseProof& made) { made.seal = SealName::decode("finance").value(); }, "proof-seal");
    expect_refused([](UseProof& made) { made.request_id = "r-2"; }, "proof-request");
    expect_refused([](UseProof& made) { made.format = "raw"; }, "proof-request");
    expect_refused([](UseProof& made) { made.purpose = "another"; }, "proof-request");
    expect_refused([](UseProof& made) { made.approvals.pop_back(); }, "proof-request");
    expect_refused([](UseProof& made) { std::swap(made.approvals[0], made.approvals[1]); }, "proof-request");
    expect_refused(
        [](UseProof& made) {
            made.approvals.clear();
            made.application = ApplicationNumber::make(2026, 1);
        },
        "proof-request");
}

TEST_F(Proof, ListsJustTheDocumentsOfTheRequest) {
    expect_refused([](UseProof& made) { made.documents[0].digest = test::digest("b"); }, "proof-documents");
    expect_refused([](UseProof& made) { made.documents[0].name = "b.pdf"; }, "proof-documents");
    expect_refused([](UseProof& made) { made.documents.push_back(made.documents[0]); }, "proof-documents");
    request = office.request(office.both_tokens({"a", "b"}), {"a", "b"});
    expect_refused([](UseProof& made) { made.documents.pop_back(); }, "proof-documents");
    expect_refused([](UseProof& made) { std::swap(made.documents[0], made.documents[1]); }, "proof-documents");
    EXPECT_TRUE(use(proof()));
}

TEST_F(Proof, IsForAFewMinutes) {
    UseProof made = proof();
    made.issued_at = made.not_before = office.now - std::chrono::seconds(599);
    made.expires_at = office.now + std::chrono::seconds(1);
    EXPECT_TRUE(use(made));
    made.expires_at = office.now;
    expect_rule(use(made), "proof-expired");
    made.expires_at = office.now + std::chrono::seconds(2);
    expect_rule(use(made), "proof-too-long");
    made = proof();
    made.issued_at = made.not_before = office.now + clock_difference;
    EXPECT_TRUE(use(made)) << "clocks differ";
    made.issued_at = made.not_before = made.not_before + seconds(1);
    expect_rule(use(made), "proof-not-yet-valid");
}

TEST_F(Proof, OfAnApplicationsUse) {
    office.rules().prove_with_key = false;
    const auto application = office.approved();
    office.rules().prove_with_key = true;
    request = office.request_for(application);
    SealRequest with = request;
    with.proof = sign_use_proof(proof(), key_of("li.na")).value();
    EXPECT_TRUE(office.authorise("li.na", with, application));
}

TEST_F(Proof, ByAProgramWithAKeyOfItsOwn) {
    request = office.request(office.both_tokens({"a"}, "erp"));
    UseProof made = proof();
    made.issuer = test::id("erp");
    request.proof = sign_use_proof(made, key_of("erp")).value();
    expect_rule(office.authorise("erp", request), "proof-key-unknown");
    office.policy.application_clients.at(test::id("erp")).approval_key = key_of("erp").public_key();
    const auto permit = office.authorise("erp", request);
    EXPECT_TRUE(permit) << permit.error().message;
}

TEST_F(Proof, WhatIsMissingIsSaidWithTheRest) {
    const auto refused = office.authorise("li.na", office.request({office.token("wang.fang", "department-review")}));
    expect_rule(refused, "proof-missing");
    EXPECT_EQ(refused.error().missing.size(), 2U) << "the proof, and the approval";
}

TEST_F(Proof, ExplainingAsksForAKeyOnly) {
    const auto objections = [&] { return explain(office.caller("li.na"), request, {office.seal, {}, {}}, office.policy, office.now); };
    EXPECT_TRUE(objections().empty());
    office.person("li.na").approval_key.reset();
    ASSERT_EQ(objections().size(), 1U);
    EXPECT_EQ(objections()[0].rule, "proof-key-unknown");
}

}  // namespace
}  // namespace seald
