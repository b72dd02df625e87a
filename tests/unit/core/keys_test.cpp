#include "core/keys.hpp"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <sys/stat.h>

#include "core/der.hpp"
#include "core/openssl.hpp"
#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

using testing::sign_digest;
using testing::TempFolder;
using testing::test_key;

Digest some_digest(DigestAlgorithm algorithm = DigestAlgorithm::sha256) {
    return Digest::of(algorithm, as_bytes("contract"));
}

Bytes spki_from_hex(const std::string& hex) { return decode_hex(hex).value(); }

Bytes rsa_spki(const Bytes& modulus, const Bytes& exponent) {
    const auto integer = [](Bytes value) {
        if (value.front() & 0x80) value.insert(value.begin(), 0);
        return der::element(0x02, {value});
    };
    const Bytes key = der::element(der::sequence, {integer(modulus), integer(exponent)});
    const Bytes algorithm = der::element(der::sequence, {der::object_identifier(NID_rsaEncryption), der::null()});
    return der::element(der::sequence, {algorithm, der::element(0x03, {Bytes{0}, key})});
}

TEST(KeyAlgorithm, DecodesExactlyItsOwnNames) {
    for (const auto algorithm : {KeyAlgorithm::ec_p256, KeyAlgorithm::ec_p384, KeyAlgorithm::rsa_2048,
                                 KeyAlgorithm::rsa_3072, KeyAlgorithm::rsa_4096, KeyAlgorithm::ed25519})
        EXPECT_EQ(decode_key_algorithm(to_string(algorithm)).value(), algorithm);
    for (const auto* text : {"", "EC-P256", "rsa", "rsa-1024", "ec-p521", "sm2", "ec-p256 "}) {
        const auto decoded = decode_key_algorithm(text);
        ASSERT_FALSE(decoded) << text;
        EXPECT_EQ(decoded.error().code, ErrorCode::unacceptable);
        EXPECT_NE(decoded.error().message.find("rsa-3072"), std::string::npos);
    }
}

TEST(KeyAlgorithm, ChoosesSchemeAndDigestForDocuments) {
    EXPECT_EQ(document_scheme(KeyAlgorithm::ec_p384).value(), SignatureScheme::ecdsa);
    EXPECT_EQ(document_scheme(KeyAlgorithm::rsa_3072).value(), SignatureScheme::rsa_pkcs1);
    EXPECT_EQ(document_scheme(KeyAlgorithm::ed25519).error().code, ErrorCode::unacceptable);
    EXPECT_EQ(default_digest(KeyAlgorithm::ec_p384), DigestAlgorithm::sha384);
    EXPECT_EQ(default_digest(KeyAlgorithm::ec_p256), DigestAlgorithm::sha256);
    EXPECT_EQ(default_digest(KeyAlgorithm::rsa_4096), DigestAlgorithm::sha256);
}

TEST(PublicKey, SurvivesPemAndDer) {
    for (const auto kind :
         {KeyAlgorithm::ec_p256, KeyAlgorithm::ec_p384, KeyAlgorithm::rsa_2048, KeyAlgorithm::ed25519}) {
        const PublicKey key = test_key(kind).public_key();
        EXPECT_EQ(key.algorithm(), kind);
        EXPECT_TRUE(PublicKey::from_pem(key.to_pem()).value() == key);
        EXPECT_EQ(PublicKey::from_der(key.to_der()).value().to_der(), key.to_der());
        PublicKey copy = PrivateKey::generate(KeyAlgorithm::ec_p256).value().public_key();
        EXPECT_FALSE(copy == key);
        copy = key;
        EXPECT_TRUE(copy == key);
    }
}

TEST(PublicKey, ReadsWhatOpensslWrites) {
    const TempFolder folder;
    const auto made = folder.run(
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out k.pem && openssl pkey -in k.pem -pubout "
        "-out "
        "p.pem");
    ASSERT_EQ(made.status, 0) << made.output;
    const auto key = PublicKey::load_pem(folder / "p.pem");
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(key->to_pem(), folder.read("p.pem"));
    EXPECT_EQ(PublicKey::load_pem(folder / "absent.pem").error().code, ErrorCode::not_found);
}

// RFC 7638 section 3.1.
TEST(PublicKey, HasTheThumbprintOfRfc7638) {
    const auto modulus = decode_base64url(
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
        "BJECPebWKRXjBZCiFV4n3oknjhM"
        "stn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
        "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5"
        "hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
        "kEgU8awapJzKnqDKg"
        "w");
    const auto key = PublicKey::from_der(rsa_spki(modulus.value(), {1, 0, 1}));
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(key->thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

// RFC 8037 appendix A.3.
TEST(PublicKey, HasTheThumbprintOfRfc8037) {
    const auto key = PublicKey::from_der(
        spki_from_hex("302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
    EXPECT_EQ(key.value().thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

TEST(PublicKey, HasTheThumbprintThatJoseComputes) {
    const TempFolder folder;
    for (const auto* alg : {"ES256", "ES384"}) {
        const std::string generate = "jose jwk gen -i '{\"alg\":\"" + std::string(alg) + "\"}' -o k.jwk";
        ASSERT_EQ(folder.run(generate).status, 0);
        const auto x = folder.run("jq -rj .x k.jwk").output, y = folder.run("jq -rj .y k.jwk").output;
        const std::string prefix = std::string(alg) == "ES256" ? testing::p256_spki_prefix : testing::p384_spki_prefix;
        const auto key = PublicKey::from_der(spki_from_hex(prefix + "04" + encode_hex(decode_base64url(x).value()) +
                                                           encode_hex(decode_base64url(y).value())));
        ASSERT_TRUE(key) << key.error().message;
        EXPECT_EQ(key->thumbprint(), folder.run("jose jwk thp -a S256 -i k.jwk").output);
    }
}

// --- refusals -------------------------------------------------------------------------------------------------------

void expect_unacceptable(EVP_PKEY* made, const std::string& word) {
    const auto key = PublicKey::from_evp(EvpKey(made));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::unacceptable);
    EXPECT_NE(key.error().message.find(word), std::string::npos) << key.error().message;
}

TEST(PublicKey, RefusesKindsThatAreNotInTheList) {
    expect_unacceptable(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-521"), "secp521r1");
    expect_unacceptable(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "secp256k1"), "secp256k1");
    expect_unacceptable(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{1024}), "1024 bits");
    expect_unacceptable(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"), "X25519");
    expect_unacceptable(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"), "ED448");
    EXPECT_EQ(PublicKey::from_evp(nullptr).error().code, ErrorCode::unacceptable);
}

TEST(PublicKey, RefusesRsaKeysOfOddShape) {
    Bytes modulus(256, 0xFF);
    EXPECT_TRUE(PublicKey::from_der(rsa_spki(modulus, {1, 0, 1})));
    EXPECT_EQ(PublicKey::from_der(rsa_spki(modulus, {3})).error().code, ErrorCode::unacceptable);
    EXPECT_EQ(PublicKey::from_der(rsa_spki(modulus, {1, 0, 2})).error().code, ErrorCode::unacceptable);
    EXPECT_EQ(PublicKey::from_der(rsa_spki(modulus, {0xFF, 0xFF})).error().code, ErrorCode::unacceptable);
    modulus.back() = 0xFE;
    EXPECT_EQ(PublicKey::from_der(rsa_spki(modulus, {1, 0, 1})).error().code, ErrorCode::unacceptable);
    modulus.back() = 0xFF;
    modulus.front() = 0x7F;  // 2047 bits
    EXPECT_EQ(PublicKey::from_der(rsa_spki(modulus, {1, 0, 1})).error().code, ErrorCode::unacceptable);
}

TEST(PublicKey, RefusesAnRsaKeyBoundToPss) {
    const TempFolder folder;
    const auto made = folder.run(
        "openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out k.pem && openssl pkey -in k.pem -pubout "
        "-out "
        "p.pem");
    ASSERT_EQ(made.status, 0) << made.output;
    const auto key = PublicKey::load_pem(folder / "p.pem");
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::unacceptable);
}

TEST(PublicKey, RefusesExplicitCurveParameters) {
    const TempFolder folder;
    const auto made = folder.run(
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -out k.pem && "
        "openssl "
        "pkey -in k.pem -pubout -out p.pem");
    ASSERT_EQ(made.status, 0) << made.output;
    const auto key = PublicKey::load_pem(folder / "p.pem");
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::unacceptable);
    EXPECT_NE(key.error().message.find("explicit"), std::string::npos) << key.error().message;
}

TEST(PublicKey, RefusesCompressedPointsAndThePointAtInfinity) {
    const std::string der = encode_hex(test_key(KeyAlgorithm::ec_p256).public_key().to_der());
    const bool odd = (decode_hex(der.substr(der.size() - 2)).value().front() & 1) != 0;
    const std::string x = der.substr(testing::p256_spki_prefix.size() + 2, 64);
    const std::string algorithm = "301306072a8648ce3d020106082a8648ce3d030107";
    const auto compressed = PublicKey::from_der(spki_from_hex("3039" + algorithm + "032200" + (odd ? "03" : "02") + x));
    ASSERT_FALSE(compressed);
    EXPECT_EQ(compressed.error().code, ErrorCode::unacceptable);
    EXPECT_FALSE(PublicKey::from_der(spki_from_hex("3019" + algorithm + "03020000")));
}

TEST(PublicKey, RefusesAPointThatIsNotOnTheCurve) {
    Bytes der = test_key(KeyAlgorithm::ec_p256).public_key().to_der();
    der.back() ^= 1;
    EXPECT_FALSE(PublicKey::from_der(der));
}

TEST(PublicKey, RefusesDamagedAndOverlongInput) {
    const PublicKey key = test_key(KeyAlgorithm::ec_p256).public_key();
    Bytes trailing = key.to_der();
    trailing.push_back(0);
    EXPECT_EQ(PublicKey::from_der(trailing).error().code, ErrorCode::malformed);
    EXPECT_EQ(PublicKey::from_der({}).error().code, ErrorCode::malformed);
    EXPECT_EQ(PublicKey::from_der(Bytes(100'000)).error().code, ErrorCode::malformed);
    EXPECT_EQ(PublicKey::from_pem("").error().code, ErrorCode::malformed);
    EXPECT_EQ(PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\n!!!\n-----END PUBLIC KEY-----\n").error().code,
              ErrorCode::malformed);
    EXPECT_EQ(PublicKey::from_pem(testing::TempFolder().run("openssl ecparam -name P-256 -genkey -noout").output)
                  .error()
                  .code,
              ErrorCode::malformed);
}

TEST(PublicKey, LeavesNothingInOpensslsErrorQueue) {
    EXPECT_FALSE(PublicKey::from_pem("nothing"));
    EXPECT_FALSE(PublicKey::from_der(Bytes{1, 2, 3}));
    EXPECT_FALSE(test_key(KeyAlgorithm::ec_p256)
                     .public_key()
                     .verify_digest(some_digest(), SignatureScheme::ecdsa, Bytes{1, 2, 3}));
    EXPECT_TRUE(openssl_failure(ErrorCode::internal, "").detail.empty());
}

// --- verifying digests ----------------------------------------------------------------------------------------------

struct Combination {
    KeyAlgorithm key;
    SignatureScheme scheme;
    DigestAlgorithm digest;
};
class VerifyDigest : public ::testing::TestWithParam<Combination> {};
INSTANTIATE_TEST_SUITE_P(
    All, VerifyDigest,
    ::testing::Values(Combination{KeyAlgorithm::ec_p256, SignatureScheme::ecdsa, DigestAlgorithm::sha256},
                      Combination{KeyAlgorithm::ec_p256, SignatureScheme::ecdsa, DigestAlgorithm::sha512},
                      Combination{KeyAlgorithm::ec_p384, SignatureScheme::ecdsa, DigestAlgorithm::sha384},
                      Combination{KeyAlgorithm::rsa_2048, SignatureScheme::rsa_pkcs1, DigestAlgorithm::sha256},
                      Combination{KeyAlgorithm::rsa_2048, SignatureScheme::rsa_pkcs1, DigestAlgorithm::sha384},
                      Combination{KeyAlgorithm::rsa_2048, SignatureScheme::rsa_pss, DigestAlgorithm::sha256},
                      Combination{KeyAlgorithm::rsa_2048, SignatureScheme::rsa_pss, DigestAlgorithm::sha512}));

TEST_P(VerifyDigest, AcceptsTheSignatureAndNothingElse) {
    const auto [kind, scheme, algorithm] = GetParam();
    const PublicKey key = test_key(kind).public_key();
    const Digest digest = some_digest(algorithm);
    const Bytes signature = sign_digest(test_key(kind), digest, scheme);
    EXPECT_TRUE(key.verify_digest(digest, scheme, signature));
    const Digest other = Digest::of(algorithm, as_bytes("another"));
    EXPECT_EQ(key.verify_digest(other, scheme, signature).error().code, ErrorCode::verification_failed);
    for (const std::size_t at : {std::size_t{0}, signature.size() / 2, signature.size() - 1}) {
        Bytes changed = signature;
        changed[at] ^= 1;
        EXPECT_FALSE(key.verify_digest(digest, scheme, changed)) << at;
    }
    Bytes longer = signature;
    longer.push_back(0);
    EXPECT_FALSE(key.verify_digest(digest, scheme, longer));
    EXPECT_FALSE(key.verify_digest(digest, scheme, {}));
}

TEST(PublicKey, RefusesSchemesOfOtherKeyKinds) {
    const Digest digest = some_digest();
    const Bytes signature(64, 1);
    const auto code = [&](KeyAlgorithm kind, SignatureScheme scheme) {
        return test_key(kind).public_key().verify_digest(digest, scheme, signature).error().code;
    };
    EXPECT_EQ(code(KeyAlgorithm::ec_p256, SignatureScheme::rsa_pkcs1), ErrorCode::unacceptable);
    EXPECT_EQ(code(KeyAlgorithm::rsa_2048, SignatureScheme::ecdsa), ErrorCode::unacceptable);
    EXPECT_EQ(code(KeyAlgorithm::ed25519, SignatureScheme::ecdsa), ErrorCode::unacceptable);
}

TEST(PublicKey, KeepsTheTwoRsaSchemesApart) {
    const Digest digest = some_digest();
    const PublicKey key = test_key(KeyAlgorithm::rsa_2048).public_key();
    const Bytes pkcs1 = sign_digest(test_key(KeyAlgorithm::rsa_2048), digest, SignatureScheme::rsa_pkcs1);
    EXPECT_FALSE(key.verify_digest(digest, SignatureScheme::rsa_pss, pkcs1));
}

TEST(PublicKey, DemandsAPssSaltAsLongAsTheHash) {
    const TempFolder folder;
    folder.write("content", "contract");
    ASSERT_TRUE(test_key(KeyAlgorithm::rsa_2048).save_pem(folder / "k.pem"));
    for (const auto& [salt, good] : {std::pair{"32", true}, {"20", false}, {"0", false}}) {
        const auto made =
            folder.run("openssl dgst -sha256 -sign k.pem -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:" +
                       std::string(salt) + " -out sig content");
        ASSERT_EQ(made.status, 0) << made.output;
        const std::string signature = folder.read("sig");
        EXPECT_EQ(test_key(KeyAlgorithm::rsa_2048)
                      .public_key()
                      .verify_digest(some_digest(), SignatureScheme::rsa_pss, as_bytes(signature))
                      .has_value(),
                  good)
            << salt;
    }
}

}  // namespace
}  // namespace seald
