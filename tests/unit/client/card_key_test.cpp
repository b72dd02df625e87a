#include "client/card_key.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "client/approval_key.hpp"
#include "tests/support/softhsm.hpp"
#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

using test::SoftHsm;

// Two people's cards: one with three keys, one of the same kind that must never be mistaken for it.
class CardKeyTest : public ::testing::Test {
  protected:
    CardKeyTest() {
        serial_ = hsm_.add_token("wang.fang");
        hsm_.add_token("li.na");
        generate("wang.fang", "EC:prime256v1", "01", "approval");
        generate("wang.fang", "EC:secp384r1", "02", "strong");
        generate("wang.fang", "rsa:2048", "03", "old");
        generate("li.na", "EC:prime256v1", "01", "approval");
        write_pin("1234");
    }

    static void generate(const std::string& token, const std::string& type, const std::string& id,
                         const std::string& label) {
        SoftHsm::run("pkcs11-tool --module " + SoftHsm::module() + " --token-label " + token +
                     " --login --pin 1234 --keypairgen --key-type " + type + " --id " + id + " --label " + label +
                     " --usage-sign");
    }
    void write_pin(const std::string& pin) { ::chmod(folder_.write("pin", pin + "\n").c_str(), 0600); }
    std::string uri(const std::string& attributes) const {
        return "pkcs11:" + attributes + "?module-path=" + SoftHsm::module() +
               "&pin-source=" + (folder_ / "pin").string();
    }
    Result<CardKey> open(const std::string& attributes) const {
        const auto decoded = Pkcs11Uri::decode(uri(attributes));
        if (!decoded) return decoded.error();
        return CardKey::open(*decoded, "");
    }

    SoftHsm hsm_;
    testing::TempFolder folder_;
    std::string serial_;
};

Approval approval() {
    const Timestamp now = from_unix(1'795'000'000);
    return Approval{.issuer = PersonId::decode("wang.fang").value(),
                    .audience = "seald.example.org",
                    .applicant = PersonId::decode("li.na").value(),
                    .id = "abc",
                    .issued_at = now,
                    .not_before = now,
                    .expires_at = now + seconds(3600),
                    .application = ApplicationNumber::decode("A-2026-0001").value(),
                    .seal = SealName::decode("contract").value(),
                    .step = StepName::decode("administration").value(),
                    .decision = Decision::approve,
                    .documents = {{Digest::of(DigestAlgorithm::sha256, as_bytes("x")), "x.pdf"}},
                    .quota_uses = std::nullopt,
                    .purpose = "合同",
                    .reason = ""};
}

TEST_F(CardKeyTest, SignsApprovalsWithEveryKindOfKeyItKnows) {
    for (const auto& [id, algorithm] : {std::pair{"01", "ES256"}, {"02", "ES384"}, {"03", "RS256"}}) {
        const auto key = ApprovalKey::open(uri("token=wang.fang;id=%" + std::string(id)), "");
        ASSERT_TRUE(key) << key.error().message;
        const auto jws = key->sign(approval());
        ASSERT_TRUE(jws) << jws.error().message;
        const auto decoded = decode_jws(*jws).value();
        EXPECT_EQ(decoded.alg, algorithm);
        EXPECT_EQ(decoded.kid, key->public_key().thumbprint());
        EXPECT_TRUE(verify_jws(decoded, key->public_key()));
    }
}

TEST_F(CardKeyTest, SignsProofsOfUseToo) {
    const Approval like = approval();
    const UseProof proof{.issuer = like.issuer,
                         .audience = like.audience,
                         .id = like.id,
                         .issued_at = like.issued_at,
                         .not_before = like.not_before,
                         .expires_at = like.expires_at,
                         .request_id = "r-1",
                         .seal = like.seal,
                         .application = like.application,
                         .approvals = {},
                         .documents = like.documents,
                         .format = "cms",
                         .purpose = ""};
    const auto key = ApprovalKey::open(uri("token=wang.fang;id=%01"), "").value();
    const auto decoded = decode_jws(key.sign(proof).value()).value();
    EXPECT_EQ(decoded.typ, use_proof_typ);
    EXPECT_TRUE(verify_jws(decoded, key.public_key()));
    EXPECT_EQ(decode_unverified_use_proof(decoded).value().request_id, "r-1");
}

TEST_F(CardKeyTest, MakesTokensThatJoseVerifies) {
    const auto key = ApprovalKey::open(uri("token=wang.fang;object=approval"), "").value();
    folder_.write("jws", key.sign(approval()).value());
    folder_.write("pub.pem", key.public_key().to_pem());
    // jose wants a JWK; x and y are the last 64 bytes of a P-256 SubjectPublicKeyInfo.
    const auto checked = folder_.run(
        "openssl pkey -pubin -in pub.pem -outform DER | tail -c 64 > point && "
        "printf '{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}' "
        "$(head -c 32 point | jose b64 enc -I-) $(tail -c 32 point | jose b64 enc -I-) > jwk && "
        "jose jws ver -i jws -k jwk -O payload && cat payload");
    EXPECT_EQ(checked.status, 0) << checked.output;
    EXPECT_NE(checked.output.find("\"iss\":\"wang.fang\""), std::string::npos) << checked.output;
}

TEST_F(CardKeyTest, IsFoundBySerial) {
    EXPECT_TRUE(open("serial=" + serial_ + ";id=%01"));
    EXPECT_EQ(open("serial=0000000000000000;id=%01").error().code, ErrorCode::not_found);
}

TEST_F(CardKeyTest, RefusesAUriThatFitsTwoTokens) { EXPECT_EQ(open("id=%01").error().code, ErrorCode::malformed); }

TEST_F(CardKeyTest, RefusesAUriThatFitsTwoKeys) {
    EXPECT_EQ(open("token=wang.fang").error().code, ErrorCode::malformed);
}

TEST_F(CardKeyTest, SaysThatThereIsNoSuchKey) {
    EXPECT_EQ(open("token=wang.fang;id=%09").error().code, ErrorCode::not_found);
}

TEST_F(CardKeyTest, DoesNotTakeAPrefixOfAKeyIdForTheId) {
    EXPECT_EQ(open("token=wang.fang;id=%01%01").error().code, ErrorCode::not_found);
}

TEST_F(CardKeyTest, RefusesAWrongPin) {
    write_pin("9999");
    const auto key = open("token=wang.fang;id=%01");
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().rule, "pin");
    EXPECT_EQ(key.error().message.find("9999"), std::string::npos);
}

TEST_F(CardKeyTest, RefusesAModuleThatCannotBeLoaded) {
    const auto decoded = Pkcs11Uri::decode("pkcs11:token=a").value();
    EXPECT_EQ(CardKey::open(decoded, "/nowhere/module.so").error().code, ErrorCode::unavailable);
    EXPECT_EQ(CardKey::open(decoded, "").error().code, ErrorCode::malformed);
}

TEST_F(CardKeyTest, SaysWhatMakesAListingFail) {
    SoftHsm::run("pkcs11-tool --module " + SoftHsm::module() +
                 " --token-label li.na --login --pin 1234 --keypairgen --key-type EC:edwards25519 --id 05 --label new "
                 "--usage-sign");
    const auto key = open("token=li.na;id=%01");
    ASSERT_FALSE(key);
    EXPECT_NE(key.error().message.find("Ed25519"), std::string::npos) << key.error().message;
}

}  // namespace
}  // namespace seald
