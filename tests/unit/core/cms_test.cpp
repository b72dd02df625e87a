#include "core/cms.hpp"

#include <gtest/gtest.h>
#include <openssl/objects.h>

#include <algorithm>

#include "core/der.hpp"
#include "core/openssl.hpp"
#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

using testing::certificate_for;
using testing::sign_digest;
using testing::TempFolder;
using testing::test_key;

const std::string content = "the contract\r\nas it was approved\n";

Bytes sealed(const Digest& document, KeyAlgorithm kind, SignatureScheme scheme, const Certificate& signer,
             const std::vector<Certificate>& chain = {}) {
    const auto cms = UnsignedCms::over(document, signer, chain, scheme).value();
    return cms.with_signature(sign_digest(test_key(kind), cms.digest_to_sign(), scheme)).value();
}

Digest digest_of(std::string_view text, DigestAlgorithm algorithm = DigestAlgorithm::sha256) {
    return Digest::of(algorithm, as_bytes(text));
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

struct Combination {
    KeyAlgorithm key;
    SignatureScheme scheme;
    DigestAlgorithm digest;
};
class Cms : public ::testing::TestWithParam<Combination> {};
INSTANTIATE_TEST_SUITE_P(
    All, Cms,
    ::testing::Values(Combination{KeyAlgorithm::ec_p256, SignatureScheme::ecdsa, DigestAlgorithm::sha256},
                      Combination{KeyAlgorithm::ec_p256, SignatureScheme::ecdsa, DigestAlgorithm::sha512},
                      Combination{KeyAlgorithm::ec_p384, SignatureScheme::ecdsa, DigestAlgorithm::sha384},
                      Combination{KeyAlgorithm::rsa_2048, SignatureScheme::rsa_pkcs1, DigestAlgorithm::sha256},
                      Combination{KeyAlgorithm::rsa_2048, SignatureScheme::rsa_pkcs1, DigestAlgorithm::sha512},
                      Combination{KeyAlgorithm::rsa_2048, SignatureScheme::rsa_pss, DigestAlgorithm::sha256},
                      Combination{KeyAlgorithm::rsa_2048, SignatureScheme::rsa_pss, DigestAlgorithm::sha384}));

TEST_P(Cms, IsVerifiedByOpensslAndOnlyForItsContent) {
    const auto [kind, scheme, algorithm] = GetParam();
    const TempFolder folder;
    const Certificate signer = certificate_for(kind);
    folder.write("cert.pem", signer.to_pem());
    folder.write("sig.p7s", as_text(sealed(digest_of(content, algorithm), kind, scheme, signer)));
    const std::string verify =
        "openssl cms -verify -cades -binary -content file -inform DER -in sig.p7s -CAfile cert.pem -purpose any -out "
        "/dev/null";
    folder.write("file", content);
    const auto verified = folder.run(verify);
    EXPECT_EQ(verified.status, 0) << verified.output;
    std::string changed = content;
    changed[5] ^= 1;
    folder.write("file", changed);
    EXPECT_NE(folder.run(verify).status, 0);
}

TEST_P(Cms, IsDerWithThreeSignedAttributesAndNoSigningTime) {
    const auto [kind, scheme, algorithm] = GetParam();
    const TempFolder folder;
    const Bytes der = sealed(digest_of(content, algorithm), kind, scheme, certificate_for(kind));
    folder.write("sig.p7s", as_text(der));
    const auto parsed = folder.run("openssl asn1parse -inform DER -in sig.p7s").output;
    EXPECT_FALSE(contains(parsed, "signingTime"));
    EXPECT_FALSE(contains(parsed, "SMIME-CAPS"));
    for (const auto* name : {"contentType", "messageDigest", "signingCertificateV2"})
        EXPECT_TRUE(contains(parsed, name));
    EXPECT_FALSE(contains(parsed, "inf")) << "indefinite lengths are not DER";
    // OpenSSL decodes it and encodes it as DER again: the same bytes.
    EXPECT_EQ(folder.run("openssl cms -cmsout -inform DER -in sig.p7s -outform DER -out again.p7s").status, 0);
    EXPECT_EQ(folder.read("again.p7s"), as_text(der));
}

TEST_P(Cms, IsVerifiedByUs) {
    const auto [kind, scheme, algorithm] = GetParam();
    const Certificate signer = certificate_for(kind);
    const Bytes der = sealed(digest_of(content, algorithm), kind, scheme, signer);
    EXPECT_EQ(cms_digest_algorithm(der).value(), algorithm);
    const auto verified = verify_cms(der, digest_of(content, algorithm));
    ASSERT_TRUE(verified) << verified.error().message << verified.error().detail;
    EXPECT_EQ(verified->signer.to_der(), signer.to_der());
    EXPECT_EQ(verified->digest_algorithm, algorithm);
    EXPECT_EQ(verify_cms(der, digest_of("another", algorithm)).error().code, ErrorCode::verification_failed);
}

TEST_P(Cms, IsRefusedWithAChangedSignature) {
    const auto [kind, scheme, algorithm] = GetParam();
    const Certificate signer = certificate_for(kind);
    const Digest document = digest_of(content, algorithm);
    const auto cms = UnsignedCms::over(document, signer, {}, scheme).value();
    const Digest other = digest_of("not the attributes", algorithm);
    const auto refused = verify_cms(cms.with_signature(sign_digest(test_key(kind), other, scheme)).value(), document);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::verification_failed);
}

// The certificate has its own signature, which verify_chain judges, and its digest is in signingCertificateV2.
TEST(CmsSignature, IsRefusedWithAnyByteChangedOutsideTheCertificate) {
    const Certificate signer = certificate_for(KeyAlgorithm::ec_p256);
    const Bytes der = sealed(digest_of(content), KeyAlgorithm::ec_p256, SignatureScheme::ecdsa, signer);
    const Bytes certificate = signer.to_der();
    const auto begin = std::search(der.begin(), der.end(), certificate.begin(), certificate.end()) - der.begin();
    const auto end = begin + static_cast<std::ptrdiff_t>(certificate.size());
    int accepted = 0;
    for (std::ptrdiff_t at = 0; at < static_cast<std::ptrdiff_t>(der.size()); ++at) {
        if (at >= begin && at < end) continue;
        Bytes changed = der;
        changed[static_cast<std::size_t>(at)] ^= 1;
        if (verify_cms(changed, digest_of(content))) ++accepted;
    }
    // The two version numbers, and the nine bytes of the OID in digestAlgorithms, which RFC 5652 section 5.1 means for
    // one-pass processing only: neither is signed and neither is looked at.
    EXPECT_EQ(accepted, 11);
}

TEST(CmsSignature, CarriesTheSignerAndItsChainOnce) {
    const Certificate signer = certificate_for(KeyAlgorithm::ec_p256), other = certificate_for(KeyAlgorithm::ec_p384);
    const Bytes der =
        sealed(digest_of(content), KeyAlgorithm::ec_p256, SignatureScheme::ecdsa, signer, {other, signer, other});
    const auto verified = verify_cms(der, digest_of(content));
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->certificates.size(), 2U);
    EXPECT_EQ(verified->signer.to_der(), signer.to_der());
}

TEST(CmsSignature, NamesTheDigestOfItsSignatureValue) {
    const Certificate signer = certificate_for(KeyAlgorithm::rsa_2048);
    const auto cms = UnsignedCms::over(digest_of(content), signer, {}, SignatureScheme::rsa_pkcs1).value();
    const Bytes value = sign_digest(test_key(KeyAlgorithm::rsa_2048), cms.digest_to_sign(), SignatureScheme::rsa_pkcs1);
    const auto verified = verify_cms(cms.with_signature(value).value(), digest_of(content));
    EXPECT_EQ(verified->signature_digest, Digest::of(DigestAlgorithm::sha256, value));
}

TEST(UnsignedCms, RefusesKeysAndCertificatesThatCannotSign) {
    const Certificate ec = certificate_for(KeyAlgorithm::ec_p256), rsa = certificate_for(KeyAlgorithm::rsa_2048);
    const Digest document = digest_of(content);
    EXPECT_EQ(UnsignedCms::over(document, ec, {}, SignatureScheme::rsa_pss).error().code, ErrorCode::unacceptable);
    EXPECT_EQ(UnsignedCms::over(document, rsa, {}, SignatureScheme::ecdsa).error().code, ErrorCode::unacceptable);
    const TempFolder folder;
    ASSERT_EQ(
        folder
            .run("openssl req -x509 -newkey ed25519 -nodes -keyout k -out ed.pem -subj /CN=x && openssl req -x509 "
                 "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k -out ca.pem -subj /CN=x -addext "
                 "keyUsage=keyCertSign")
            .status,
        0);
    const auto ed25519 = Certificate::from_pem(folder.read("ed.pem")),
               ca = Certificate::from_pem(folder.read("ca.pem"));
    EXPECT_EQ(UnsignedCms::over(document, *ed25519, {}, SignatureScheme::ecdsa).error().code, ErrorCode::unacceptable);
    EXPECT_EQ(UnsignedCms::over(document, *ca, {}, SignatureScheme::ecdsa).error().code, ErrorCode::unacceptable);
    const auto cms = UnsignedCms::over(document, ec, {}, SignatureScheme::ecdsa);
    EXPECT_EQ(cms->with_signature({}).error().code, ErrorCode::unacceptable);
    EXPECT_EQ(cms->with_signature(Bytes(2000)).error().code, ErrorCode::unacceptable);
}

}  // namespace
}  // namespace seald
