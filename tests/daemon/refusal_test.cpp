// Each refusal that a caller can meet when asking for a signature: the right status and rule, a ledger entry, and nothing signed.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "tests/daemon/outside.hpp"
#include "tests/daemon/shared_instance.hpp"

namespace seald::test {
namespace {

const Digest document = Digest::of(DigestAlgorithm::sha256, as_bytes("the document"));
const Digest other_document = Digest::of(DigestAlgorithm::sha256, as_bytes("another document"));

class Refusal : public SharedInstance {
  protected:
    Approval review() { return instance->outside_approval("wang.fang", "department-review", {document}); }
    Approval final_approval() { return instance->outside_approval("chen.jie", "administration", {document}); }
    Reply ask(const std::vector<std::string>& approvals, const Digest& digest = document, const std::string& person = "li.na") {
        return instance->post(person, "/v1/seals/contract/signatures", Instance::request_with(approvals, {digest}, "r" + std::to_string(++requests)));
    }
    // Refused with this rule and status, in the ledger, and no token was asked.
    void expect_refused(const Reply& reply, int status, const std::string& rule) {
        EXPECT_EQ(reply.status, status) << reply.body;
        EXPECT_EQ(reply.rule(), rule) << reply.body;
        const auto refusals = instance->entries("refusal");
        ASSERT_FALSE(refusals.empty());
        EXPECT_EQ(refusals.back().at("rule").as_string(), rule);
        EXPECT_EQ(refusals.back().at("result").as_string(), "refused");
    }
    void TearDown() override { EXPECT_EQ(instance->entries("intent").size(), permitted) << "something was signed that should not have been"; }

    static inline int requests = 0;
    static inline std::size_t permitted = 0;  // requests that were meant to pass
};

TEST_F(Refusal, OfADigestThatNobodyApproved) {
    expect_refused(ask({instance->mint(review()), instance->mint(final_approval())}, other_document), 403, "approval-document");
}
TEST_F(Refusal, OfARequestWithOneStepMissingNamesWhoIsMissing) {
    const auto reply = ask({instance->mint(review())});
    expect_refused(reply, 403, "approval-missing");
    EXPECT_NE(reply.body.find("chen.jie"), std::string::npos) << reply.body;
}
TEST_F(Refusal, OfAnExpiredApproval) {
    auto old = review();
    old.issued_at = old.not_before = old.issued_at - std::chrono::hours(3);
    old.expires_at = old.issued_at + std::chrono::hours(1);
    expect_refused(ask({instance->mint(old), instance->mint(final_approval())}), 403, "approval-expired");
}
TEST_F(Refusal, OfAnApprovalForAnotherSeal) {
    auto wrong = review();
    wrong.seal = SealName::decode("finance").value();
    expect_refused(ask({instance->mint(wrong), instance->mint(final_approval())}), 403, "approval-seal");
}
TEST_F(Refusal, OfAnApprovalForAnotherApplicant) {
    auto wrong = review();
    wrong.applicant = PersonId::decode("sun.li").value();
    expect_refused(ask({instance->mint(wrong), instance->mint(final_approval())}), 403, "approval-applicant");
}
TEST_F(Refusal, OfAnApprovalForAnotherDaemon) {
    auto wrong = review();
    wrong.audience = "seald.elsewhere.example";
    expect_refused(ask({instance->mint(wrong), instance->mint(final_approval())}), 403, "approval-audience");
}
TEST_F(Refusal, OfAnApprovalByAnUnknownIssuer) {
    auto wrong = review();
    wrong.issuer = PersonId::decode("nobody.known").value();
    const auto key = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
    expect_refused(ask({sign_approval(wrong, key).value(), instance->mint(final_approval())}), 403, "approval-issuer-unknown");
}
TEST_F(Refusal, OfAnApprovalSignedWithAnotherKey) {
    const auto key = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
    expect_refused(ask({sign_approval(review(), key).value(), instance->mint(final_approval())}), 403, "approval-signature");
}
TEST_F(Refusal, OfAnUnsignedApproval) {
    const std::string unsigned_token = encode_base64url(as_bytes(R"({"alg":"none","typ":"seal-approval+jwt"})")) + "." +
                                       encode_base64url(as_bytes(review().to_claims())) + ".";
    const auto reply = ask({unsigned_token, instance->mint(final_approval())});
    EXPECT_TRUE(reply.status == 400 || reply.status == 403) << reply.body;
}
TEST_F(Refusal, OfAnApprovalWhoseAlgorithmWasSwapped) {
    auto token = instance->mint(review());
    const std::string header = encode_base64url(as_bytes(R"({"alg":"HS256","typ":"seal-approval+jwt"})"));
    token = header + token.substr(token.find('.'));
    expect_refused(ask({token, instance->mint(final_approval())}), 403, "approval-signature");
}
TEST_F(Refusal, OfAnApprovalWithOneByteChanged) {
    auto token = instance->mint(review());
    auto& byte = token[token.size() - 10];
    byte = byte == 'A' ? 'B' : 'A';
    expect_refused(ask({token, instance->mint(final_approval())}), 403, "approval-signature");
}
TEST_F(Refusal, OfAnApprovalByTheApplicantHimself) {
    auto own = instance->outside_approval("zhao.min", "department-review", {document});
    own.applicant = PersonId::decode("zhao.min").value();
    auto final = final_approval();
    final.applicant = own.applicant;
    expect_refused(ask({instance->mint(own), instance->mint(final)}, document, "zhao.min"), 403, "approval-self");
}
TEST_F(Refusal, OfOnePersonTakingAStepTwice) {
    expect_refused(ask({instance->mint(review()), instance->mint(review()), instance->mint(final_approval())}), 403, "approval-same-person");
}
TEST_F(Refusal, OfAReviewerTakingTheApproversStep) {
    auto wrong = instance->outside_approval("wang.fang", "administration", {document});
    expect_refused(ask({instance->mint(review()), instance->mint(wrong)}), 403, "approval-role");
}
TEST_F(Refusal, OfARejectionUsedAsAnApproval) {
    auto rejection = review();
    rejection.decision = Decision::reject;
    rejection.reason = "no";
    expect_refused(ask({instance->mint(rejection), instance->mint(final_approval())}), 403, "approval-decision");
}
TEST_F(Refusal, OfAFormatThatThePolicyDoesNotAllow) {
    auto request = Instance::request_with({instance->mint(review()), instance->mint(final_approval())}, {document}, "format");
    request["format"] = "raw";
    expect_refused(instance->post("li.na", "/v1/seals/contract/signatures", request), 403, "format-not-allowed");
}
TEST_F(Refusal, OfSomebodyWhoIsNoUserOfTheSeal) {
    expect_refused(ask({instance->mint(review()), instance->mint(final_approval())}, document, "sun.li"), 403, "caller-not-user");
    expect_refused(ask({instance->mint(review()), instance->mint(final_approval())}, document, "zhang.wei"), 403, "not-an-applicant");
    expect_refused(ask({instance->mint(review()), instance->mint(final_approval())}, document, "liu.yang"), 403, "auditor-cannot-use-seals");
}
TEST_F(Refusal, OfSomebodyWhoIsNotEnrolled) {
    const auto reply = ask({instance->mint(review())}, document, "nobody");
    EXPECT_EQ(reply.status, 401) << reply.body;
}
TEST_F(Refusal, OfAnUnknownSeal) {
    const auto reply = instance->post("li.na", "/v1/seals/unknown/signatures",
                                      Instance::request_with({instance->mint(review())}, {document}, "unknown"));
    EXPECT_EQ(reply.status, 404) << reply.body;
}
TEST_F(Refusal, OfAnApprovalUsedBefore) {
    const auto first = instance->mint(review()), second = instance->mint(final_approval());
    ++permitted;
    ASSERT_EQ(ask({first, second}).status, 200);
    expect_refused(ask({first, second}), 409, "already-sealed");
}
TEST_F(Refusal, OfASealThatIsSuspended) {
    const auto first = instance->mint(review()), second = instance->mint(final_approval());
    ASSERT_EQ(instance->sealctl("liu.yang", {"seal", "suspend", "contract", "--reason", "looking into it"}).exit_code, 0);
    expect_refused(ask({first, second}), 409, "seal-not-in-force");
    instance->with_second_person({"seal", "resume", "contract", "--reason", "all is well"});
    ++permitted;
    EXPECT_EQ(ask({first, second}).status, 200);
}
TEST_F(Refusal, OfADecisionHandedInByAnother) {
    const auto file = instance->write_file("applied.txt", "applied for");
    const auto applied = instance->sealctl_json("li.na", {"apply", "--seal", "contract", "--purpose", "p", "--type", "t", file});
    const std::string number(applied.at("number").as_string());
    auto approval = instance->outside_approval("wang.fang", "department-review", {Digest::of_file(DigestAlgorithm::sha256, file).value()});
    approval.application = ApplicationNumber::decode(number).value();
    boost::json::object body{{"approval", instance->mint(approval)}};
    expect_refused(instance->post("zhao.min", "/v1/applications/" + number + "/decisions", body), 403, "decision-by-another");
}
TEST_F(Refusal, OfSealingAnApplicationThatWasRejectedOrReturnedOrWithdrawn) {
    const auto file = instance->write_file("refused.txt", "to be refused");
    const auto apply = [&] {
        return std::string(instance->sealctl_json("li.na", {"apply", "--seal", "contract", "--purpose", "p", "--type", "t", file}).at("number").as_string());
    };
    const std::string key = instance->key_file("wang.fang");
    const auto rejected = apply(), returned = apply(), withdrawn = apply();
    EXPECT_EQ(instance->sealctl("wang.fang", {"reject", rejected, "--key", key}).exit_code, 2) << "a reason is mandatory";
    instance->sealctl_json("wang.fang", {"reject", rejected, "--key", key, "--reason", "wrong counterparty"});
    instance->sealctl_json("wang.fang", {"return", returned, "--key", key, "--reason", "annex missing"});
    instance->sealctl_json("li.na", {"application", "withdraw", withdrawn});
    for (const auto& number : {rejected, returned, withdrawn}) {
        const auto sign = instance->sealctl("li.na", {"sign", "--application", number, file});
        EXPECT_EQ(sign.exit_code, 1) << number << sign.err;
        EXPECT_NE(instance->sealctl("chen.jie", {"approve", number, "--key", instance->key_file("chen.jie"), "--yes"}).exit_code, 0);
    }
}

TEST_F(Refusal, OfATokenMintedByJoseOnlyWhenAByteOfItWasChanged) {
    // The key as JWK, so that the token is made by a program that has never heard of seald.
    const auto pem = instance->key_file("chen.jie").string();
    const auto folder = instance->folder().string();
    const auto jwk = run_tool("python3 " SEALD_SOURCE_DIR "/tests/support/pem_to_jwk.py " + pem + " > " + folder + "/chen.jwk");
    ASSERT_EQ(jwk.exit_code, 0) << jwk.out;
    instance->write_file("claims.json", final_approval().to_claims());
    const auto minted = run_tool("jose jws sig -I " + instance->desk().string() + "/claims.json -c -k " + folder +
                                 R"(/chen.jwk -s '{"protected":{"alg":"ES256","typ":"seal-approval+jwt"}}' -o -)");
    ASSERT_EQ(minted.exit_code, 0) << minted.out;
    auto changed = minted.out;
    changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
    const auto own = instance->mint(review());
    EXPECT_NE(ask({own, changed}).status, 200);
    ++permitted;
    EXPECT_EQ(ask({own, minted.out}).status, 200) << ask({own, minted.out}).body;
}

}  // namespace
}  // namespace seald::test
