#include "core/use_proof.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

const std::string good =
    R"({"iss":"li.na","aud":"seald.example.org","jti":"p-1","iat":1790000000,"exp":1790000300,"request_id":"r-1","seal":"contract","application":"A-2026-0001",)"
    R"("documents":[{"alg":"sha256","digest":"0000000000000000000000000000000000000000000000000000000000000001","name":"a.pdf"}],"format":"cms","purpose":"p"})";

std::string with(const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(UseProof, SaysTheSameAfterEncodingAgain) {
    const auto proof = UseProof::from_claims(good);
    ASSERT_TRUE(proof) << proof.error().message;
    EXPECT_EQ(proof->not_before, proof->issued_at);
    const auto again = UseProof::from_claims(proof->to_claims());
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->to_claims(), proof->to_claims());
    EXPECT_EQ(again->documents, proof->documents);
}

TEST(UseProof, HasNothingThatNobodyUnderstands) {
    for (const std::string claim : {"iss", "aud", "jti", "iat", "exp", "request_id", "seal", "documents", "format", "application"})
        EXPECT_FALSE(UseProof::from_claims(with("\"" + claim + "\":", "\"x" + claim + "\":"))) << claim;
    EXPECT_FALSE(UseProof::from_claims(with("{\"iss\"", "{\"step\":\"review\",\"iss\""))) << "an approval's claims";
    EXPECT_FALSE(UseProof::from_claims(with("{\"iss\"", "{\"decision\":\"approve\",\"iss\"")));
}

TEST(UseProof, RestsOnAnApplicationOrOnApprovals) {
    const std::string digest = "\"approvals\":[\"0000000000000000000000000000000000000000000000000000000000000002\"]";
    EXPECT_TRUE(UseProof::from_claims(with("\"application\":\"A-2026-0001\"", digest)));
    EXPECT_FALSE(UseProof::from_claims(with("\"application\":\"A-2026-0001\"", "\"application\":\"A-2026-0001\"," + digest)));
    for (const std::string odd : {"[]", "[1]", "[\"00\"]"}) EXPECT_FALSE(UseProof::from_claims(with("\"application\":\"A-2026-0001\"", "\"approvals\":" + odd))) << odd;
}

TEST(UseProof, EachClaimIsWhatItMustBe) {
    EXPECT_FALSE(UseProof::from_claims(with("\"li.na\"", "\"Li Na\"")));
    EXPECT_FALSE(UseProof::from_claims(with("\"seald.example.org\"", "[\"a\",\"b\"]")));
    EXPECT_FALSE(UseProof::from_claims(with("\"p-1\"", "\"\"")));
    EXPECT_FALSE(UseProof::from_claims(with("\"r-1\"", "\"" + std::string(129, 'r') + "\"")));
    EXPECT_FALSE(UseProof::from_claims(with("1790000300", "1790000000")));
    EXPECT_FALSE(UseProof::from_claims(with("[{\"alg\"", "[],\"x\":[{\"alg\"")));
    EXPECT_FALSE(UseProof::from_claims(with("0000001\"", "000001\"")));
}

TEST(UseProof, IsNotReadFromATokenOfAnotherType) {
    const auto key = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
    const auto token = decode_jws(sign_jws(good, approval_typ, key).value()).value();
    EXPECT_FALSE(decode_unverified_use_proof(token));
    EXPECT_TRUE(decode_unverified_use_proof(decode_jws(sign_jws(good, use_proof_typ, key).value()).value()));
}

}  // namespace
}  // namespace seald
