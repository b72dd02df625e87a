#include "core/certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

using testing::sign_digest;
using testing::TempFolder;
using testing::test_key;
using namespace std::chrono_literals;

const Timestamp start = decode_rfc3339("2026-01-01T00:00:00Z").value();
const SubjectFields contract_seal = {"合同專用章", "示例股份有限公司"};

Result<Certificate> try_self_signed(KeyAlgorithm kind, const SubjectFields& subject = contract_seal,
                                    Timestamp from = start, int days = 365) {
    auto made = UnsignedCertificate::self_signed(test_key(kind).public_key(), subject, from, days);
    if (!made) return made.error();
    const Bytes signature = sign_digest(test_key(kind), made->digest(), document_scheme(kind).value());
    return std::move(*made).with_signature(signature);
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// --- reading --------------------------------------------------------------------------------------------------------

// A certificate that only a careless or hostile authority would make.
std::string strange_certificate(const std::string& common_name, const std::string& key_usage = "",
                                int type = V_ASN1_UTF8STRING) {
    const std::unique_ptr<X509, X509Free> x509(X509_new());
    X509_set_version(x509.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
    X509_set_pubkey(x509.get(), test_key(KeyAlgorithm::ec_p256).evp());
    X509_NAME_add_entry_by_NID(X509_get_subject_name(x509.get()), NID_commonName, type, as_bytes(common_name).data(),
                               static_cast<int>(common_name.size()), -1, 0);
    if (!key_usage.empty()) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_key_usage, key_usage.c_str());
        X509_add_ext(x509.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509_sign(x509.get(), test_key(KeyAlgorithm::ec_p256).evp(), EVP_sha256());
    unsigned char* der = nullptr;
    const int size = i2d_X509(x509.get(), &der);
    std::string bytes(der, der + size);
    OPENSSL_free(der);
    return bytes;
}

TEST(Certificate, RefusesANulOrControlCharacterInItsSubject) {
    ASSERT_TRUE(Certificate::from_der(as_bytes(strange_certificate("bank.example"))));
    for (const std::string& name : {std::string("bank.example\0.evil.example", 26), std::string("a\nb"),
                                    std::string("\x1b[2J"), std::string("a\u202Eb")}) {
        const auto refused = Certificate::from_der(as_bytes(strange_certificate(name)));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::unacceptable);
    }
    EXPECT_FALSE(Certificate::from_der(as_bytes(strange_certificate("\xff\xfe"))));
}

TEST(Certificate, ReadsNamesInOtherStringTypes) {
    EXPECT_EQ(Certificate::from_der(as_bytes(strange_certificate("Seal 1", "", V_ASN1_PRINTABLESTRING)))->common_name(),
              "Seal 1");
    EXPECT_EQ(
        Certificate::from_der(as_bytes(strange_certificate("\x53\x70\x7A\xE0", "", V_ASN1_BMPSTRING)))->common_name(),
        "印章");
}

TEST(Certificate, SigningIsAllowedByItsKeyUsage) {
    const auto allows = [](const std::string& usage) {
        return Certificate::from_der(as_bytes(strange_certificate("x", usage)))->allows_signing();
    };
    EXPECT_TRUE(allows(""));
    EXPECT_TRUE(allows("digitalSignature"));
    EXPECT_TRUE(allows("nonRepudiation"));
    EXPECT_FALSE(allows("keyCertSign,cRLSign"));
    EXPECT_FALSE(allows("keyEncipherment"));
}

TEST(Certificate, RefusesDamagedInput) {
    const Certificate certificate = try_self_signed(KeyAlgorithm::ec_p256).value();
    Bytes der = certificate.to_der();
    EXPECT_EQ(Certificate::from_der(der)->to_der(), der);
    der.push_back(0);
    EXPECT_EQ(Certificate::from_der(der).error().code, ErrorCode::malformed);
    der.resize(der.size() - 2);
    EXPECT_EQ(Certificate::from_der(der).error().code, ErrorCode::malformed);
    EXPECT_EQ(Certificate::from_der(Bytes(100'000)).error().code, ErrorCode::malformed);
    EXPECT_EQ(Certificate::from_pem("").error().code, ErrorCode::malformed);
    EXPECT_EQ(Certificate::from_pem(test_key(KeyAlgorithm::ec_p256).public_key().to_pem()).error().code,
              ErrorCode::malformed);
}

TEST(Certificate, ChainHasOneToSixteenMembers) {
    const std::string a = try_self_signed(KeyAlgorithm::ec_p256).value().to_pem();
    const std::string b = try_self_signed(KeyAlgorithm::ec_p384).value().to_pem();
    const auto chain = Certificate::chain_from_pem("subject=...\n" + a + b);
    ASSERT_TRUE(chain);
    ASSERT_EQ(chain->size(), 2U);
    EXPECT_EQ((*chain)[1].to_pem(), b);
    EXPECT_EQ(Certificate::from_pem(a + b)->to_pem(), a);
    std::string many;
    for (int i = 0; i < 16; ++i) many += a;
    EXPECT_EQ(Certificate::chain_from_pem(many)->size(), 16U);
    EXPECT_EQ(Certificate::chain_from_pem(many + a).error().code, ErrorCode::malformed);
    EXPECT_EQ(Certificate::chain_from_pem("").error().code, ErrorCode::malformed);
    EXPECT_EQ(Certificate::chain_from_pem(a + "-----BEGIN CERTIFICATE-----\nAAAA\n").error().code,
              ErrorCode::malformed);
    EXPECT_EQ(
        Certificate::chain_from_pem(a + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").error().code,
        ErrorCode::malformed);
}

// --- chains, made by openssl ----------------------------------------------------------------------------------------

class Chain : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_.write("ca.ext", "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n");
        folder_.write("leaf.ext", "basicConstraints=CA:FALSE\n");
        const std::string key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        const auto made = folder_.run(
            "openssl req -x509 " + key + " -keyout root.key -out root.pem -subj /CN=root -days 100 && " +
            "openssl req " + key + " -keyout mid.key -out mid.csr -subj /CN=mid && " +
            "openssl x509 -req -in mid.csr -CA root.pem -CAkey root.key -extfile ca.ext -days 50 -out mid.pem && " +
            "openssl req " + key + " -keyout leaf.key -out leaf.csr -subj /CN=leaf && " +
            "openssl x509 -req -in leaf.csr -CA mid.pem -CAkey mid.key -extfile leaf.ext -days 10 -out leaf.pem && " +
            "openssl req " + key + " -keyout below.key -out below.csr -subj /CN=below && " +
            "openssl x509 -req -in below.csr -CA leaf.pem -CAkey leaf.key -extfile leaf.ext -days 9 -out below.pem "
            "&& " +
            "openssl x509 -req -sha1 -in leaf.csr -CA root.pem -CAkey root.key -extfile leaf.ext -days 9 -out "
            "sha1.pem");
        ASSERT_EQ(made.status, 0) << made.output;
    }
    Certificate certificate(const std::string& name) const {
        return Certificate::from_pem(folder_.read(name + ".pem")).value();
    }
    TempFolder folder_;
    Timestamp now_ = SystemClock().now() + 60s;
};

TEST_F(Chain, LeadsFromTheLeafToATrustedRoot) {
    EXPECT_TRUE(verify_chain(certificate("leaf"), {certificate("mid")}, {certificate("root")}, now_));
    EXPECT_TRUE(verify_chain(certificate("leaf"), {}, {certificate("root"), certificate("mid")}, now_));
}

TEST_F(Chain, MayEndAtATrustedIntermediateOrTheLeafItself) {
    EXPECT_TRUE(verify_chain(certificate("leaf"), {}, {certificate("mid")}, now_));
    EXPECT_TRUE(verify_chain(certificate("leaf"), {}, {certificate("leaf")}, now_));
    const Certificate own = try_self_signed(KeyAlgorithm::ec_p256).value();
    EXPECT_TRUE(verify_chain(own, {}, {own}, start + 1h));
}

TEST_F(Chain, IsRefusedInOpensslsWords) {
    const auto why = [&](const Certificate& leaf, const std::vector<Certificate>& between,
                         const std::vector<Certificate>& trusted, Timestamp when) {
        const auto verified = verify_chain(leaf, between, trusted, when);
        if (verified) return std::string("accepted");
        EXPECT_EQ(verified.error().code, ErrorCode::verification_failed);
        return verified.error().message;
    };
    const auto leaf = certificate("leaf"), mid = certificate("mid"), root = certificate("root");
    EXPECT_TRUE(contains(why(leaf, {}, {root}, now_), "unable to get local issuer certificate"));
    EXPECT_TRUE(contains(why(leaf, {mid, root}, {}, now_), "self-signed certificate in certificate chain"));
    EXPECT_TRUE(contains(why(leaf, {mid}, {root}, now_ + 11 * 24h), "certificate has expired"));
    EXPECT_TRUE(contains(why(leaf, {mid}, {root}, now_ - 24h), "certificate is not yet valid"));
    EXPECT_TRUE(contains(why(leaf, {mid}, {try_self_signed(KeyAlgorithm::ec_p256).value()}, now_), "not trusted"));
    EXPECT_TRUE(contains(why(try_self_signed(KeyAlgorithm::ec_p256).value(), {}, {root}, start + 1h),
                         "self-signed certificate"));
    EXPECT_TRUE(contains(why(certificate("below"), {leaf, mid}, {root}, now_), "invalid CA certificate"));
    EXPECT_TRUE(contains(why(certificate("sha1"), {}, {root}, now_), "too weak"));
}

}  // namespace
}  // namespace seald
