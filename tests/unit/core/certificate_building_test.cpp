#include <gtest/gtest.h>

#include "core/certificate.hpp"
#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

using testing::sign_digest;
using testing::TempFolder;
using testing::test_key;
using namespace std::chrono_literals;

const Timestamp start = decode_rfc3339("2026-01-01T00:00:00Z").value();
const SubjectFields contract_seal = {"合同專用章", "示例股份有限公司"};

constexpr std::array kinds = {KeyAlgorithm::ec_p256, KeyAlgorithm::ec_p384, KeyAlgorithm::rsa_2048};

Result<Certificate> try_self_signed(KeyAlgorithm kind, const SubjectFields& subject = contract_seal,
                                    Timestamp from = start, int days = 365) {
    auto made = UnsignedCertificate::self_signed(test_key(kind).public_key(), subject, from, days);
    if (!made) return made.error();
    const Bytes signature = sign_digest(test_key(kind), made->digest(), document_scheme(kind).value());
    return std::move(*made).with_signature(signature);
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(SelfSignedCertificate, IsWhatOpensslReadsAndVerifies) {
    const TempFolder folder;
    for (const auto kind : kinds) {
        const Certificate certificate = try_self_signed(kind).value();
        folder.write("c.pem", certificate.to_pem());
        const auto verified = folder.run("openssl verify -attime 1780000000 -x509_strict -CAfile c.pem c.pem");
        EXPECT_EQ(verified.status, 0) << verified.output;
        const auto text = folder.run("openssl x509 -in c.pem -noout -text -nameopt RFC2253,-esc_msb,utf8").output;
        EXPECT_TRUE(contains(text, "Version: 3 (0x2)"));
        EXPECT_TRUE(contains(text, "CN=合同專用章,O=示例股份有限公司")) << text;
        EXPECT_TRUE(contains(text, "Not Before: Jan  1 00:00:00 2026 GMT"));
        EXPECT_TRUE(contains(text, "Not After : Jan  1 00:00:00 2027 GMT"));
        EXPECT_TRUE(contains(text, "X509v3 Basic Constraints: critical\n                CA:FALSE"));
        EXPECT_TRUE(contains(text, "X509v3 Key Usage: critical\n                Digital Signature, Non Repudiation"));
        EXPECT_TRUE(contains(text, "X509v3 Subject Key Identifier"));
        const std::string algorithm = kind == KeyAlgorithm::ec_p256   ? "Signature Algorithm: ecdsa-with-SHA256"
                                      : kind == KeyAlgorithm::ec_p384 ? "Signature Algorithm: ecdsa-with-SHA384"
                                                                      : "Signature Algorithm: sha256WithRSAEncryption";
        EXPECT_TRUE(contains(text, algorithm));
        EXPECT_NE(text.find(algorithm), text.rfind(algorithm)) << "inside and outside";
        EXPECT_TRUE(contains(folder.run("openssl asn1parse -in c.pem").output, "UTF8STRING"));
    }
}

TEST(SelfSignedCertificate, ChangesOfOneByteAreNoticedByOpenssl) {
    const TempFolder folder;
    Bytes der = try_self_signed(KeyAlgorithm::ec_p256).value().to_der();
    der[30] ^= 1;  // in the serial number or near it
    folder.write("c.der", as_text(der));
    EXPECT_NE(
        folder
            .run("openssl x509 -inform DER -in c.der -out c.pem && openssl verify -check_ss_sig -attime 1780000000 "
                 "-CAfile c.pem c.pem")
            .status,
        0);
}

TEST(SelfSignedCertificate, SaysAboutItselfWhatWasAskedFor) {
    const Certificate certificate = try_self_signed(KeyAlgorithm::ec_p256).value();
    EXPECT_EQ(certificate.common_name(), "合同專用章");
    EXPECT_EQ(certificate.subject(), "CN=合同專用章,O=示例股份有限公司");
    EXPECT_EQ(certificate.not_before(), start);
    EXPECT_EQ(certificate.not_after(), start + std::chrono::days(365));
    EXPECT_TRUE(certificate.valid_at(start));
    EXPECT_TRUE(certificate.valid_at(start + std::chrono::days(365)));
    EXPECT_FALSE(certificate.valid_at(start - 1ms));
    EXPECT_FALSE(certificate.valid_at(start + std::chrono::days(365) + 1ms));
    EXPECT_TRUE(certificate.public_key().value() == test_key(KeyAlgorithm::ec_p256).public_key());
    EXPECT_TRUE(certificate.allows_signing());
    EXPECT_EQ(certificate.serial_hex().size(), 32U);
    EXPECT_NE(certificate.serial_hex(), try_self_signed(KeyAlgorithm::ec_p256).value().serial_hex());
    EXPECT_EQ(try_self_signed(KeyAlgorithm::ec_p256, {"only a name", ""}).value().subject(), "CN=only a name");
}

TEST(SelfSignedCertificate, AgreesWithOpensslOnFingerprintAndSerial) {
    const TempFolder folder;
    const Certificate certificate = try_self_signed(KeyAlgorithm::rsa_2048).value();
    folder.write("c.pem", certificate.to_pem());
    EXPECT_EQ(folder.run("openssl x509 -in c.pem -outform DER | sha256sum | cut -c1-64 | tr -d '\\n'").output,
              certificate.fingerprint().hex());
    EXPECT_EQ(folder.run("openssl x509 -in c.pem -noout -serial | tr -d '\\n' | tr A-F a-f").output,
              "serial=" + certificate.serial_hex());
}

// RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on.
TEST(SelfSignedCertificate, WritesDatesAsRfc5280Demands) {
    const TempFolder folder;
    const auto from = decode_rfc3339("2049-12-31T12:00:00Z").value();
    const Certificate certificate = try_self_signed(KeyAlgorithm::ec_p256, contract_seal, from, 1).value();
    folder.write("c.pem", certificate.to_pem());
    const auto parsed = folder.run("openssl asn1parse -in c.pem").output;
    EXPECT_TRUE(contains(parsed, "UTCTIME           :491231120000Z")) << parsed;
    EXPECT_TRUE(contains(parsed, "GENERALIZEDTIME   :20500101120000Z")) << parsed;
    EXPECT_EQ(certificate.not_after(), decode_rfc3339("2050-01-01T12:00:00Z").value());
}

TEST(SelfSignedCertificate, RefusesNamesThatAreNotClean) {
    const auto refused = [](const std::string& name, const std::string& organisation = "") {
        const auto made = try_self_signed(KeyAlgorithm::ec_p256, {name, organisation});
        return made ? ErrorCode::internal : made.error().code;
    };
    EXPECT_EQ(refused(""), ErrorCode::unacceptable);
    EXPECT_EQ(refused(std::string("a\0b", 3)), ErrorCode::unacceptable);
    EXPECT_EQ(refused("a\nb"), ErrorCode::unacceptable);
    EXPECT_EQ(refused("\xff"), ErrorCode::unacceptable);
    EXPECT_EQ(refused(std::string(65, 'x')), ErrorCode::unacceptable);
    EXPECT_EQ(refused("fine", "a\x1b"), ErrorCode::unacceptable);
    EXPECT_EQ(refused("fine", std::string(65, 'x')), ErrorCode::unacceptable);
    std::string chinese;
    for (int i = 0; i < 64; ++i) chinese += "章";
    EXPECT_TRUE(try_self_signed(KeyAlgorithm::ec_p256, {chinese, ""}));
}

TEST(SelfSignedCertificate, RefusesKeysAndPeriodsThatSealsCannotHave) {
    const auto code = [](KeyAlgorithm kind, int days) {
        return UnsignedCertificate::self_signed(test_key(kind).public_key(), contract_seal, start, days).error().code;
    };
    EXPECT_EQ(code(KeyAlgorithm::ed25519, 365), ErrorCode::unacceptable);
    EXPECT_EQ(code(KeyAlgorithm::ec_p256, 0), ErrorCode::unacceptable);
    EXPECT_EQ(code(KeyAlgorithm::ec_p256, 36501), ErrorCode::unacceptable);
}

// OpenSSL takes zero bits at the end of a BIT STRING for unused ones unless told otherwise, and verifiers refuse those.
TEST(BuiltWithASignatureElsewhere, KeepsZeroBitsAtItsEnd) {
    const PrivateKey& key = test_key(KeyAlgorithm::ec_p256);
    const auto ending_in_zero = [&](const Digest& digest) {
        Bytes signature;
        do signature = sign_digest(key, digest, SignatureScheme::ecdsa);
        while (signature.back() != 0);
        return signature;
    };
    auto made = UnsignedCertificate::self_signed(key.public_key(), contract_seal, start, 1);
    const Bytes for_certificate = ending_in_zero(made->digest());
    EXPECT_TRUE(std::move(*made).with_signature(for_certificate));
    auto request = UnsignedRequest::make(key.public_key(), contract_seal);
    const Bytes for_request = ending_in_zero(request->digest());
    EXPECT_TRUE(std::move(*request).with_signature(for_request));
}

TEST(SelfSignedCertificate, RefusesASignatureOfAnotherKey) {
    const PublicKey key = test_key(KeyAlgorithm::ec_p256).public_key();
    const auto with = [&](const Bytes& signature) {
        auto made = UnsignedCertificate::self_signed(key, contract_seal, start, 1);
        return std::move(*made).with_signature(signature).error().code;
    };
    auto made = UnsignedCertificate::self_signed(key, contract_seal, start, 1);
    EXPECT_EQ(
        with(sign_digest(PrivateKey::generate(KeyAlgorithm::ec_p256).value(), made->digest(), SignatureScheme::ecdsa)),
        ErrorCode::verification_failed);
    EXPECT_EQ(with({}), ErrorCode::verification_failed);
    EXPECT_EQ(with(Bytes(70, 1)), ErrorCode::verification_failed);
    EXPECT_EQ(with(Bytes(5000, 1)), ErrorCode::verification_failed);
}

TEST(CertificateRequest, IsVerifiedByOpenssl) {
    const TempFolder folder;
    for (const auto kind : kinds) {
        auto request = UnsignedRequest::make(test_key(kind).public_key(), contract_seal);
        ASSERT_TRUE(request);
        const Bytes signature = sign_digest(test_key(kind), request->digest(), document_scheme(kind).value());
        const auto pem = std::move(*request).with_signature(signature);
        ASSERT_TRUE(pem) << pem.error().message << pem.error().detail;
        folder.write("r.pem", *pem);
        const auto verified =
            folder.run("openssl req -in r.pem -noout -verify -subject -nameopt RFC2253,-esc_msb,utf8");
        EXPECT_EQ(verified.status, 0) << verified.output;
        EXPECT_TRUE(contains(verified.output, "verify OK")) << verified.output;
        EXPECT_TRUE(contains(verified.output, "CN=合同專用章,O=示例股份有限公司")) << verified.output;
    }
}

TEST(CertificateRequest, RefusesWhatCannotBecomeACertificate) {
    const PublicKey key = test_key(KeyAlgorithm::ec_p256).public_key();
    EXPECT_EQ(UnsignedRequest::make(key, {"", "x"}).error().code, ErrorCode::unacceptable);
    EXPECT_EQ(UnsignedRequest::make(test_key(KeyAlgorithm::ed25519).public_key(), contract_seal).error().code,
              ErrorCode::unacceptable);
    auto request = UnsignedRequest::make(key, contract_seal);
    EXPECT_EQ(std::move(*request).with_signature(Bytes(70, 1)).error().code, ErrorCode::verification_failed);
    request = UnsignedRequest::make(key, contract_seal);
    EXPECT_EQ(std::move(*request).with_signature({}).error().code, ErrorCode::verification_failed);
}

}  // namespace
}  // namespace seald
