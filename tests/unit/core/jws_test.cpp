#include "core/jws.hpp"

#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include <array>

#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

using testing::test_key;

constexpr std::array kinds = {KeyAlgorithm::ec_p256, KeyAlgorithm::ec_p384, KeyAlgorithm::ed25519,
                              KeyAlgorithm::rsa_2048};
constexpr std::string_view typ = "seal-approval+jwt";

std::string base64url(std::string_view text) { return encode_base64url(as_bytes(text)); }

Result<void> check(std::string_view compact, const PublicKey& key) {
    const auto jws = decode_jws(compact);
    if (!jws) return jws.error();
    return verify_jws(*jws, key);
}

TEST(Jws, SignedByEveryKindOfKeyVerifies) {
    for (const auto kind : kinds) {
        const auto compact = sign_jws("{\"a\":1}", typ, test_key(kind));
        ASSERT_TRUE(compact) << compact.error().message;
        const auto jws = decode_jws(*compact);
        ASSERT_TRUE(jws) << jws.error().message;
        EXPECT_EQ(jws->alg, to_string(jws_algorithm(kind)));
        EXPECT_EQ(jws->kid, test_key(kind).public_key().thumbprint());
        EXPECT_EQ(jws->typ, typ);
        EXPECT_EQ(jws->payload, "{\"a\":1}");
        EXPECT_TRUE(verify_jws(*jws, test_key(kind).public_key()));
        EXPECT_FALSE(verify_jws(*jws, PrivateKey::generate(KeyAlgorithm::ec_p256).value().public_key()));
    }
}

TEST(Jws, IsPutTogetherFromASignatureMadeElsewhere) {
    const PrivateKey& key = test_key(KeyAlgorithm::ec_p384);
    const std::string input = jws_signing_input("{}", typ, key.public_key());
    const Bytes der =
        testing::sign_digest(key, Digest::of(DigestAlgorithm::sha384, as_bytes(input)), SignatureScheme::ecdsa);
    const std::string compact = assemble_jws(input, ecdsa_der_to_raw(der, key.algorithm()).value());
    EXPECT_TRUE(check(compact, key.public_key()));
}

// --- refusals -------------------------------------------------------------------------------------------------------

// A token with this header, signed properly: only the header can be the reason to refuse it.
std::string signed_with_header(const std::string& header, const PrivateKey& key) {
    const std::string input = base64url(header) + "." + base64url("{}");
    const Bytes der =
        testing::sign_digest(key, Digest::of(DigestAlgorithm::sha256, as_bytes(input)), SignatureScheme::ecdsa);
    return assemble_jws(input, ecdsa_der_to_raw(der, key.algorithm()).value());
}

TEST(Jws, RefusesHeaderMembersOtherThanAlgKidTypByName) {
    const PrivateKey& key = test_key(KeyAlgorithm::ec_p256);
    ASSERT_TRUE(check(signed_with_header(R"({"alg":"ES256"})", key), key.public_key()));
    for (const std::string member :
         {"crit", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "b64", "cty", "zip", "enc"}) {
        const auto refused = decode_jws(signed_with_header(R"({"alg":"ES256",")" + member + R"(":"x"})", key));
        ASSERT_FALSE(refused) << member;
        EXPECT_EQ(refused.error().code, ErrorCode::malformed);
        EXPECT_NE(refused.error().message.find(member), std::string::npos) << refused.error().message;
    }
}

TEST(Jws, RefusesHeadersThatAreNotStrictJson) {
    const PrivateKey& key = test_key(KeyAlgorithm::ec_p256);
    for (const std::string header : {R"({"alg":"ES256","alg":"ES256"})", R"({"alg":1})", R"({"typ":"x"})",
                                     R"(["ES256"])", R"({"alg":"ES256"} x)", "", R"({"alg":"ES256","kid":null})"})
        EXPECT_FALSE(decode_jws(signed_with_header(header, key))) << header;
}

TEST(Jws, RefusesAlgNone) {
    const std::string input = base64url(R"({"alg":"none"})") + "." + base64url("{}");
    EXPECT_EQ(decode_jws(input + ".").error().code, ErrorCode::malformed);
    for (const auto kind : kinds)
        EXPECT_EQ(check(input + ".AAAA", test_key(kind).public_key()).error().code, ErrorCode::verification_failed);
}

TEST(Jws, RefusesHmacWithThePublicKeyAsSecret) {
    const std::string input = base64url(R"({"alg":"HS256"})") + "." + base64url("{}");
    for (const auto kind : kinds) {
        const PublicKey key = test_key(kind).public_key();
        const std::string pem = key.to_pem();
        Bytes mac(32);
        ASSERT_NE(HMAC(EVP_sha256(), pem.data(), static_cast<int>(pem.size()), as_bytes(input).data(), input.size(),
                       mac.data(), nullptr),
                  nullptr);
        EXPECT_EQ(check(assemble_jws(input, mac), key).error().code, ErrorCode::verification_failed);
    }
}

TEST(Jws, PinsTheAlgorithmToTheKindOfKey) {
    for (const auto signer : kinds) {
        const auto jws = decode_jws(sign_jws("{}", typ, test_key(signer)).value());
        for (const auto* alg : {"ES256", "ES384", "EdDSA", "RS256", "PS256", "RS384", "ES512", "es256", ""}) {
            auto swapped = *jws;
            swapped.alg = alg;
            EXPECT_EQ(verify_jws(swapped, test_key(signer).public_key()).has_value(), alg == jws->alg)
                << to_string(signer) << " " << alg;
        }
        for (const auto other : kinds)
            if (other != signer) {
                auto without_kid = *jws;
                without_kid.kid.clear();
                EXPECT_FALSE(verify_jws(without_kid, test_key(other).public_key()));
            }
    }
}

TEST(Jws, RefusesAKidThatIsNotTheKeysThumbprint) {
    const PrivateKey& key = test_key(KeyAlgorithm::ec_p256);
    const std::string own = key.public_key().thumbprint();
    EXPECT_TRUE(check(signed_with_header(R"({"alg":"ES256","kid":")" + own + "\"}", key), key.public_key()));
    const auto refused = check(signed_with_header(R"({"alg":"ES256","kid":"li.na"})", key), key.public_key());
    EXPECT_EQ(refused.error().code, ErrorCode::verification_failed);
    EXPECT_NE(refused.error().message.find("kid"), std::string::npos);
}

TEST(Jws, RefusesEveryTokenWithOneFlippedByte) {
    for (const auto kind : kinds) {
        const std::string compact = sign_jws("{\"a\":1}", typ, test_key(kind)).value();
        ASSERT_TRUE(check(compact, test_key(kind).public_key()));
        const PublicKey key = test_key(kind).public_key();
        for (std::size_t at = 0; at < compact.size(); ++at) {
            std::string changed = compact;
            changed[at] = static_cast<char>(changed[at] ^ 1);
            EXPECT_FALSE(check(changed, key)) << to_string(kind) << " at " << at;
        }
    }
}

TEST(Jws, RefusesAnythingAroundTheThreeParts) {
    const std::string compact = sign_jws("{}", typ, test_key(KeyAlgorithm::ec_p256)).value();
    const PublicKey key = test_key(KeyAlgorithm::ec_p256).public_key();
    for (const std::string& wrong :
         {compact + "A", compact + ".", compact + "=", compact + "\n", " " + compact, "." + compact,
          compact + "." + compact, compact + std::string(1, '\0'), std::string(), std::string("."), std::string(".."),
          std::string("a.b"), compact.substr(0, compact.rfind('.')), compact.substr(0, compact.rfind('.') + 1)})
        EXPECT_EQ(decode_jws(wrong).has_error() || !verify_jws(*decode_jws(wrong), key), true) << wrong;
    EXPECT_EQ(decode_jws(compact + ".AAAA").error().code, ErrorCode::malformed);
    EXPECT_EQ(decode_jws(compact + "\n").error().code, ErrorCode::malformed);
}

TEST(Jws, RefusesBase64urlThatIsNotCanonical) {
    // 64 bytes end in a character with four unused bits: all but one of its spellings are refused.
    const std::string compact = sign_jws("{}", typ, test_key(KeyAlgorithm::ec_p256)).value();
    int decoded = 0;
    for (const char last : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
        if (decode_jws(compact.substr(0, compact.size() - 1) + last)) ++decoded;
    EXPECT_EQ(decoded, 4);
    std::string standard = compact;  // the other alphabet (RFC 4648 section 4)
    standard.back() = '+';
    EXPECT_FALSE(decode_jws(standard));
}

TEST(Jws, RefusesTooLongTokens) {
    const PrivateKey& key = test_key(KeyAlgorithm::ec_p256);
    EXPECT_EQ(decode_jws(std::string(max_jws_bytes + 1, 'A')).error().code, ErrorCode::malformed);
    EXPECT_EQ(sign_jws(std::string(max_jws_bytes, ' '), typ, key).error().code, ErrorCode::too_large);
}

TEST(Jws, RefusesRawSignaturesOfTheWrongLength) {
    for (const auto kind : {KeyAlgorithm::ec_p256, KeyAlgorithm::ec_p384}) {
        const auto jws = decode_jws(sign_jws("{}", typ, test_key(kind)).value());
        const PublicKey key = test_key(kind).public_key();
        auto wrong = *jws;
        wrong.signature.pop_back();
        EXPECT_EQ(verify_jws(wrong, key).error().code, ErrorCode::verification_failed);
        wrong.signature.resize(jws->signature.size() + 2);
        EXPECT_EQ(verify_jws(wrong, key).error().code, ErrorCode::verification_failed);
        wrong.signature = ecdsa_raw_to_der(jws->signature, kind).value();  // DER is not the form of a JWS
        EXPECT_EQ(verify_jws(wrong, key).error().code, ErrorCode::verification_failed);
        wrong.signature.assign(jws->signature.size(), 0);  // CVE-2022-21449: r = s = 0
        EXPECT_EQ(verify_jws(wrong, key).error().code, ErrorCode::verification_failed);
    }
}

TEST(Ecdsa, ConvertsBetweenItsTwoForms) {
    Bytes raw(64, 0);
    raw[31] = 0x80;  // r needs a leading zero in DER, s is short
    raw[63] = 0x01;
    const Bytes der = ecdsa_raw_to_der(raw, KeyAlgorithm::ec_p256).value();
    EXPECT_EQ(encode_hex(der), "300702020080020101");
    EXPECT_EQ(ecdsa_der_to_raw(der, KeyAlgorithm::ec_p256).value(), raw);
}

TEST(Ecdsa, RefusesFormsThatAreNotOneSignature) {
    const auto refused = [](const char* hex, KeyAlgorithm kind = KeyAlgorithm::ec_p256) {
        return ecdsa_der_to_raw(decode_hex(hex).value(), kind).has_error();
    };
    EXPECT_FALSE(refused("3006020101020101"));
    EXPECT_TRUE(refused("300602010102010100"));    // something follows
    EXPECT_TRUE(refused("30070202000102010100"));  // superfluous zero
    EXPECT_TRUE(refused("3006020181020101"));      // negative
    EXPECT_TRUE(refused("3003020101"));            // half
    EXPECT_TRUE(refused(""));
    EXPECT_TRUE(refused(("3026022101" + std::string(64, '0') + "020101").c_str()));  // 33 bytes of r
    EXPECT_TRUE(refused("3006020101020101", KeyAlgorithm::rsa_2048));
    EXPECT_EQ(ecdsa_raw_to_der(Bytes(63), KeyAlgorithm::ec_p256).error().code, ErrorCode::malformed);
    EXPECT_EQ(ecdsa_raw_to_der(Bytes(64), KeyAlgorithm::ed25519).error().code, ErrorCode::unacceptable);
}

}  // namespace
}  // namespace seald
