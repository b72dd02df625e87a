#include "core/approval.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

using testing::test_key;

const std::string digest_hex(64, 'a');

boost::json::object good_claims() {
    return boost::json::parse(R"({"iss":"wang.wei","aud":"seald.example.org","sub":"li.na","jti":"x1","iat":1700000000,
        "nbf":1700000010,"exp":1700003600,"application":"A-2026-0001","seal":"contract","step":"administration",
        "decision":"approve","documents":[{"alg":"sha256","digest":")" +
                              digest_hex + R"(","name":"合同.pdf"}],"purpose":"與客戶簽約"})")
        .get_object();
}

Result<Approval> decode(const boost::json::object& claims) {
    return Approval::from_claims(boost::json::serialize(claims));
}

Result<Approval> decode_with(const std::string& claim, boost::json::value value) {
    auto claims = good_claims();
    claims[claim] = std::move(value);
    return decode(claims);
}

TEST(Approval, IsDecodedFromItsClaims) {
    const auto approval = decode(good_claims());
    ASSERT_TRUE(approval) << approval.error().message;
    EXPECT_EQ(approval->issuer.str(), "wang.wei");
    EXPECT_EQ(approval->audience, "seald.example.org");
    EXPECT_EQ(approval->applicant.str(), "li.na");
    EXPECT_EQ(approval->id, "x1");
    EXPECT_EQ(to_unix(approval->issued_at), 1700000000);
    EXPECT_EQ(to_unix(approval->not_before), 1700000010);
    EXPECT_EQ(to_unix(approval->expires_at), 1700003600);
    EXPECT_EQ(approval->application->str(), "A-2026-0001");
    EXPECT_EQ(approval->seal.str(), "contract");
    EXPECT_EQ(approval->step.str(), "administration");
    EXPECT_EQ(approval->decision, Decision::approve);
    ASSERT_EQ(approval->documents.size(), 1U);
    EXPECT_EQ(approval->documents[0].digest.hex(), digest_hex);
    EXPECT_EQ(approval->documents[0].name, "合同.pdf");
    EXPECT_FALSE(approval->quota_uses);
    EXPECT_EQ(approval->purpose, "與客戶簽約");
}

TEST(Approval, SurvivesEncoding) {
    const auto approval = decode(good_claims());
    const auto again = Approval::from_claims(approval->to_claims());
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->to_claims(), approval->to_claims());
    EXPECT_EQ(again->documents, approval->documents);
    EXPECT_EQ(boost::json::parse(approval->to_claims()), boost::json::value(good_claims()));
}

TEST(Approval, MayLeaveOutWhatIsOptional) {
    auto claims = good_claims();
    for (const auto* claim : {"nbf", "application", "purpose"}) claims.erase(claim);
    claims["documents"].get_array()[0].get_object().erase("name");
    const auto approval = decode(claims);
    ASSERT_TRUE(approval) << approval.error().message;
    EXPECT_EQ(approval->not_before, approval->issued_at);
    EXPECT_FALSE(approval->application);
    EXPECT_EQ(approval->purpose, "");
    EXPECT_EQ(approval->documents[0].name, "");
}

// RFC 7519 section 4: claims that are not understood are ignored.
TEST(Approval, IgnoresClaimsItDoesNotKnow) { EXPECT_TRUE(decode_with("nonce", "abc")); }

TEST(Approval, DemandsEachMandatoryClaim) {
    for (const std::string claim :
         {"iss", "aud", "sub", "jti", "iat", "exp", "seal", "step", "decision", "documents"}) {
        auto claims = good_claims();
        claims.erase(claim);
        const auto refused = decode(claims);
        ASSERT_FALSE(refused) << claim;
        EXPECT_EQ(refused.error().code, ErrorCode::malformed);
        EXPECT_NE(refused.error().message.find(claim), std::string::npos) << refused.error().message;
        EXPECT_FALSE(decode_with(claim, nullptr)) << claim;
        EXPECT_FALSE(decode_with(claim, true)) << claim;
    }
}

TEST(Approval, HasExactlyOneAudience) {
    EXPECT_EQ(decode_with("aud", boost::json::array{"seald.example.org"})->audience, "seald.example.org");
    EXPECT_FALSE(decode_with("aud", boost::json::array{}));
    EXPECT_FALSE(decode_with("aud", boost::json::array{"a", "b"}));
    EXPECT_FALSE(decode_with("aud", boost::json::array{1}));
    EXPECT_FALSE(decode_with("aud", boost::json::array{boost::json::array{"a"}}));
    EXPECT_FALSE(decode_with("aud", ""));
    EXPECT_FALSE(decode_with("aud", "a\nb"));
}

TEST(Approval, HasTimesInOrder) {
    EXPECT_FALSE(decode_with("exp", 1700000000));  // = iat
    EXPECT_FALSE(decode_with("exp", 1699999999));
    EXPECT_FALSE(decode_with("exp", 1700000005));  // before nbf
    EXPECT_FALSE(decode_with("nbf", 1700003600));
    EXPECT_FALSE(decode_with("iat", -1));
    EXPECT_FALSE(decode_with("exp", std::int64_t{253402300800}));
    EXPECT_FALSE(decode_with("exp", 1700003600.5));
    EXPECT_FALSE(decode_with("exp", "1700003600"));
    EXPECT_TRUE(decode_with("nbf", 1600000000));
}

TEST(Approval, NamesAreClean) {
    for (const auto* claim : {"iss", "sub", "seal", "step"}) {
        EXPECT_FALSE(decode_with(claim, "Li.Na"));
        EXPECT_FALSE(decode_with(claim, "li na"));
        EXPECT_FALSE(decode_with(claim, ""));
    }
    EXPECT_FALSE(decode_with("application", "A-26-1"));
    EXPECT_FALSE(decode_with("jti", ""));
    EXPECT_FALSE(decode_with("jti", boost::json::string(129, 'x')));
    EXPECT_TRUE(decode_with("jti", boost::json::string(128, 'x')));
    EXPECT_FALSE(decode_with("jti", boost::json::string("x\0y", 3)));
    EXPECT_FALSE(decode_with("purpose", "a\u202Eb"));
    EXPECT_FALSE(decode_with("purpose", boost::json::string(2001, 'x')));
}

TEST(Approval, NamesDocumentsOrAQuotaButNotBoth) {
    auto claims = good_claims();
    claims["quota"] = boost::json::object{{"uses", 5}};
    EXPECT_FALSE(decode(claims));
    claims.erase("documents");
    const auto approval = decode(claims);
    ASSERT_TRUE(approval) << approval.error().message;
    EXPECT_EQ(approval->quota_uses, 5U);
    EXPECT_TRUE(approval->documents.empty());
    EXPECT_EQ(Approval::from_claims(approval->to_claims())->quota_uses, 5U);
    claims.erase("quota");
    EXPECT_FALSE(decode(claims));
}

TEST(Approval, HasAQuotaThatCanBeCounted) {
    auto claims = good_claims();
    claims.erase("documents");
    for (const boost::json::value& quota : std::initializer_list<boost::json::value>{
             boost::json::object{{"uses", 0}}, boost::json::object{{"uses", -1}},
             boost::json::object{{"uses", 1000001}}, boost::json::object{{"uses", "5"}}, boost::json::object{},
             boost::json::object{{"uses", 5}, {"until", 1}}, 5}) {
        claims["quota"] = quota;
        EXPECT_FALSE(decode(claims)) << boost::json::serialize(quota);
    }
}

TEST(Approval, HasOneToAThousandDocuments) {
    const boost::json::object document = {{"alg", "sha256"}, {"digest", digest_hex}};
    EXPECT_FALSE(decode_with("documents", boost::json::array{}));
    boost::json::array many(max_documents, document);
    EXPECT_EQ(decode_with("documents", many)->documents.size(), max_documents);
    many.push_back(document);
    EXPECT_FALSE(decode_with("documents", many));
}

TEST(Approval, SignsAsManyDocumentsAsItMayName) {
    auto claims = good_claims();
    claims["documents"] = boost::json::array(
        max_documents,
        boost::json::object{{"alg", "sha256"}, {"digest", digest_hex}, {"name", "採購合同-2026-0001.pdf"}});
    const auto approval = decode(claims);
    ASSERT_TRUE(approval) << approval.error().message;
    const auto token = sign_approval(*approval, test_key(KeyAlgorithm::rsa_2048));
    ASSERT_TRUE(token) << token.error().message;
    EXPECT_TRUE(decode_jws(*token));
}

TEST(Approval, RefusesDocumentsThatAreNotExact) {
    const auto document = [](std::string_view alg, std::string_view digest) {
        return boost::json::array{boost::json::object{{"alg", alg}, {"digest", digest}}};
    };
    EXPECT_TRUE(decode_with("documents", document("sha384", std::string(96, '0'))));
    EXPECT_FALSE(decode_with("documents", document("sha1", std::string(40, '0'))));
    EXPECT_FALSE(decode_with("documents", document("sha256", std::string(63, '0'))));
    EXPECT_FALSE(decode_with("documents", document("sha256", std::string(64, 'A'))));
    EXPECT_FALSE(decode_with("documents", document("sha384", digest_hex)));
    EXPECT_FALSE(decode_with("documents", boost::json::array{digest_hex}));
    auto odd = document("sha256", digest_hex);
    odd[0].get_object()["pages"] = 3;
    EXPECT_FALSE(decode_with("documents", odd));
    odd = document("sha256", digest_hex);
    odd[0].get_object()["name"] = "a\nb";
    EXPECT_FALSE(decode_with("documents", odd));
    odd[0].get_object()["name"] = std::string(256, 'x');
    EXPECT_FALSE(decode_with("documents", odd));
}

TEST(Approval, DemandsAReasonForRejectAndReturn) {
    for (const auto* decision : {"reject", "return"}) {
        auto claims = good_claims();
        claims["decision"] = decision;
        const auto refused = decode(claims);
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().message.find("reason"), std::string::npos);
        claims["reason"] = "";
        EXPECT_FALSE(decode(claims));
        claims["reason"] = std::string(2001, 'x');
        EXPECT_FALSE(decode(claims));
        claims["reason"] = "bad\x1b[0m";
        EXPECT_FALSE(decode(claims));
        claims["reason"] = "金額不符";
        const auto approval = decode(claims);
        ASSERT_TRUE(approval) << approval.error().message;
        EXPECT_EQ(to_string(approval->decision), decision);
        EXPECT_EQ(approval->reason, "金額不符");
    }
    for (const auto* decision : {"", "Approve", "return_", "accept"}) EXPECT_FALSE(decode_with("decision", decision));
}

TEST(Approval, IsSignedAndFoundAgainInItsToken) {
    const auto approval = decode(good_claims());
    const auto token = sign_approval(*approval, test_key(KeyAlgorithm::ed25519));
    ASSERT_TRUE(token) << token.error().message;
    const auto jws = decode_jws(*token);
    ASSERT_TRUE(jws);
    EXPECT_TRUE(verify_jws(*jws, test_key(KeyAlgorithm::ed25519).public_key()));
    EXPECT_EQ(jws->typ, approval_typ);
    EXPECT_EQ(decode_unverified_approval(*jws)->issuer.str(), "wang.wei");
}

TEST(Approval, IsNotSignedWhenItWouldBeRefused) {
    Approval approval = *decode(good_claims());
    approval.decision = Decision::reject;
    EXPECT_FALSE(sign_approval(approval, test_key(KeyAlgorithm::ed25519)));
    approval = *decode(good_claims());
    approval.quota_uses = 3;
    EXPECT_FALSE(sign_approval(approval, test_key(KeyAlgorithm::ed25519)));
}

// RFC 8725 section 3.11: a token made for another purpose is not an approval.
TEST(Approval, DemandsItsOwnTyp) {
    for (const auto* typ : {"", "JWT", "seal-approval", "SEAL-APPROVAL+JWT"}) {
        const auto jws =
            decode_jws(sign_jws(boost::json::serialize(good_claims()), typ, test_key(KeyAlgorithm::ed25519)).value());
        const auto refused = decode_unverified_approval(*jws);
        ASSERT_FALSE(refused) << typ;
        EXPECT_EQ(refused.error().code, ErrorCode::unacceptable);
        EXPECT_NE(refused.error().message.find("seal-approval+jwt"), std::string::npos);
    }
}

TEST(Approval, RefusesPayloadsThatAreNotOneObject) {
    for (const auto* payload : {"", "[]", "null", "{", "{}{}"}) EXPECT_FALSE(Approval::from_claims(payload));
    std::string twice = boost::json::serialize(good_claims());
    twice.insert(1, R"("iss":"li.na",)");
    EXPECT_FALSE(Approval::from_claims(twice));
}

TEST(Approval, HasAnIdThatNobodyElseHas) {
    std::set<std::string> ids;
    for (int i = 0; i < 1000; ++i) ids.insert(new_approval_id());
    EXPECT_EQ(ids.size(), 1000U);
    EXPECT_EQ(ids.begin()->size(), 22U);
}

}  // namespace
}  // namespace seald
