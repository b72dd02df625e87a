#include <gtest/gtest.h>
#include <openssl/objects.h>

#include "core/cms.hpp"
#include "core/der.hpp"
#include "core/openssl.hpp"
#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

using testing::sign_digest;
using testing::TempFolder;
using testing::test_key;

const std::string content = "the contract\r\nas it was approved\n";

Digest digest_of(std::string_view text) { return Digest::of(DigestAlgorithm::sha256, as_bytes(text)); }

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// --- what others made -----------------------------------------------------------------------------------------------

class OpensslCms : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_.write("file", content);
        const auto made = folder_.run(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout a.key -out a.pem -subj /CN=a "
            "&& "
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout b.key -out b.pem -subj "
            "/CN=b");
        ASSERT_EQ(made.status, 0) << made.output;
    }
    Result<CmsSignature> verified(const std::string& options, std::string_view text = content) {
        const auto made = folder_.run(
            "openssl cms -sign -binary -outform DER -in file -out s.p7s -signer a.pem -inkey a.key " + options);
        EXPECT_EQ(made.status, 0) << made.output;
        return verify_cms(as_bytes(signature_ = folder_.read("s.p7s")), digest_of(text));
    }
    std::string why_not(const std::string& options) {
        const auto refused = verified(options);
        if (refused) return "accepted";
        EXPECT_EQ(refused.error().code, ErrorCode::verification_failed);
        return refused.error().message;
    }
    TempFolder folder_;
    std::string signature_;
};

TEST_F(OpensslCms, IsAcceptedWithCades) {
    const auto signature = verified("-cades -md sha256");
    ASSERT_TRUE(signature) << signature.error().message << signature.error().detail;
    EXPECT_EQ(signature->signer.common_name(), "a");
    EXPECT_TRUE(verified("-cades -md sha256 -keyid"));
    EXPECT_TRUE(verified("-cades -md sha256 -certfile b.pem"));
    EXPECT_FALSE(verified("-cades -md sha256", "another content"));
}

TEST_F(OpensslCms, IsRefusedWithoutSigningCertificate) {
    EXPECT_TRUE(contains(why_not("-md sha256"), "signingCertificateV2"));
}

TEST_F(OpensslCms, IsRefusedWithTwoSigners) {
    EXPECT_TRUE(contains(why_not("-cades -md sha256 -signer b.pem -inkey b.key"), "exactly one signer"));
    EXPECT_FALSE(cms_digest_algorithm(as_bytes(signature_)));
}

TEST_F(OpensslCms, IsRefusedWithContentInside) {
    EXPECT_TRUE(contains(why_not("-cades -md sha256 -nodetach"), "detached"));
}

TEST_F(OpensslCms, IsRefusedWithoutSignedAttributesOrCertificate) {
    EXPECT_TRUE(contains(why_not("-md sha256 -noattr"), "contentType"));
    EXPECT_TRUE(contains(why_not("-cades -md sha256 -nocerts"), "certificate"));
}

TEST_F(OpensslCms, IsRefusedWithAnotherContentType) {
    EXPECT_TRUE(contains(why_not("-cades -md sha256 -econtent_type 1.2.3.4"), "id-data"));
}

TEST_F(OpensslCms, IsRefusedWithAWeakDigestOrAnotherThanAskedFor) {
    EXPECT_EQ(verified("-cades -md sha1").error().code, ErrorCode::unacceptable);
    EXPECT_TRUE(contains(why_not("-cades -md sha384"), "sha384"));
    EXPECT_EQ(cms_digest_algorithm(as_bytes(signature_)).value(), DigestAlgorithm::sha384);
}

TEST_F(OpensslCms, IsRefusedWithBytesBehindItOrTooLong) {
    ASSERT_TRUE(verified("-cades -md sha256"));
    EXPECT_EQ(verify_cms(as_bytes(signature_ + '\0'), digest_of(content)).error().code, ErrorCode::malformed);
    EXPECT_EQ(verify_cms(as_bytes(signature_.substr(0, 100)), digest_of(content)).error().code, ErrorCode::malformed);
    EXPECT_EQ(verify_cms({}, digest_of(content)).error().code, ErrorCode::malformed);
    EXPECT_EQ(verify_cms(Bytes(1024 * 1024 + 1), digest_of(content)).error().code, ErrorCode::malformed);
}

TEST_F(OpensslCms, IsRefusedWhenItIsNotSignedData) {
    ASSERT_EQ(folder_.run("openssl cms -encrypt -outform DER -in file -out e.p7m a.pem").status, 0);
    EXPECT_EQ(verify_cms(as_bytes(folder_.read("e.p7m")), digest_of(content)).error().code, ErrorCode::malformed);
}

// --- forged by hand -------------------------------------------------------------------------------------------------

Bytes attribute(int nid, BytesView value) {
    return der::element(der::sequence, {der::object_identifier(nid), der::element(der::set, {value})});
}

// A CMS that is right but for what the test changes. Everything in it is signed properly.
struct Forgery {
    Certificate signer = testing::certificate_for(KeyAlgorithm::rsa_2048);
    Bytes content_type = attribute(NID_pkcs9_contentType, der::object_identifier(NID_pkcs7_data));
    Bytes message_digest =
        attribute(NID_pkcs9_messageDigest, der::element(der::octet_string, {digest_of(content).bytes()}));
    Bytes signing_certificate = named(signer.fingerprint());
    std::vector<Bytes> more;
    int signature_algorithm = NID_rsaEncryption;

    static Bytes named(const Digest& fingerprint) {
        const Bytes id = der::element(der::sequence, {der::element(der::octet_string, {fingerprint.bytes()})});
        return attribute(NID_id_smime_aa_signingCertificateV2,
                         der::element(der::sequence, {der::element(der::sequence, {id})}));
    }

    Result<CmsSignature> verified() const {
        std::vector<Bytes> all = {content_type, message_digest, signing_certificate};
        all.insert(all.end(), more.begin(), more.end());
        std::erase(all, Bytes{});
        Bytes attributes = der::set_of(all);
        const Bytes value = sign_digest(test_key(KeyAlgorithm::rsa_2048),
                                        Digest::of(DigestAlgorithm::sha256, attributes), SignatureScheme::rsa_pkcs1);
        attributes.front() = der::context_0;
        const Bytes sha256 = der::element(der::sequence, {der::object_identifier(NID_sha256)});
        const Bytes sid =
            der::element(der::sequence, {der_of(i2d_X509_NAME, X509_get_issuer_name(signer.x509())),
                                         der_of(i2d_ASN1_INTEGER, X509_get0_serialNumber(signer.x509()))});
        const Bytes info = der::element(
            der::sequence, {der::integer(1), sid, sha256, attributes,
                            der::element(der::sequence, {der::object_identifier(signature_algorithm), der::null()}),
                            der::element(der::octet_string, {value})});
        const Bytes data =
            der::element(der::sequence, {der::integer(1), der::set_of({sha256}),
                                         der::element(der::sequence, {der::object_identifier(NID_pkcs7_data)}),
                                         der::element(der::context_0, {signer.to_der()}), der::set_of({info})});
        return verify_cms(der::element(der::sequence, {der::object_identifier(NID_pkcs7_signed),
                                                       der::element(der::context_0, {data})}),
                          digest_of(content));
    }
    std::string why_not() const {
        const auto result = verified();
        if (result) return "accepted";
        EXPECT_EQ(result.error().code, ErrorCode::verification_failed);
        return result.error().message;
    }
};

TEST(ForgedCms, IsAcceptedWhenNothingIsForged) {
    Forgery forgery;
    const auto verified = forgery.verified();
    EXPECT_TRUE(verified) << verified.error().message << verified.error().detail;
    forgery.signature_algorithm = NID_sha256WithRSAEncryption;  // RFC 3370 section 3.2 allows this spelling too
    EXPECT_TRUE(forgery.verified());
}

TEST(ForgedCms, IsRefusedWithAnAttributeMissing) {
    Forgery a, b, c;
    a.content_type.clear();
    EXPECT_TRUE(contains(a.why_not(), "contentType"));
    b.message_digest.clear();
    EXPECT_TRUE(contains(b.why_not(), "messageDigest"));
    c.signing_certificate.clear();
    EXPECT_TRUE(contains(c.why_not(), "signingCertificateV2"));
}

TEST(ForgedCms, IsRefusedWithAnAttributeTwice) {
    Forgery forgery;
    forgery.more = {
        attribute(NID_pkcs9_messageDigest, der::element(der::octet_string, {digest_of("another").bytes()}))};
    EXPECT_TRUE(contains(forgery.why_not(), "twice"));
    forgery.more = {attribute(NID_id_smime_aa_receiptRequest, der::null()),
                    attribute(NID_id_smime_aa_receiptRequest, der::null())};
    EXPECT_TRUE(contains(forgery.why_not(), "twice"));
}

TEST(ForgedCms, IsRefusedWithTwoValuesInOneAttribute) {
    Forgery forgery;
    const Bytes one = der::element(der::octet_string, {digest_of(content).bytes()});
    const Bytes two = der::element(der::octet_string, {digest_of("another").bytes()});
    forgery.message_digest =
        der::element(der::sequence, {der::object_identifier(NID_pkcs9_messageDigest), der::set_of({one, two})});
    EXPECT_TRUE(contains(forgery.why_not(), "messageDigest"));
}

TEST(ForgedCms, IsRefusedWithAnotherContentTypeAttribute) {
    Forgery forgery;
    forgery.content_type = attribute(NID_pkcs9_contentType, der::object_identifier(NID_pkcs7_signed));
    EXPECT_TRUE(contains(forgery.why_not(), "contentType"));
}

TEST(ForgedCms, IsRefusedWhenTheNamedCertificateIsAnother) {
    Forgery forgery;
    forgery.signing_certificate = Forgery::named(digest_of("another certificate"));
    EXPECT_TRUE(contains(forgery.why_not(), "names another certificate"));
    forgery.signing_certificate =
        attribute(NID_id_smime_aa_signingCertificateV2, der::element(der::sequence, {der::element(der::sequence, {})}));
    EXPECT_FALSE(forgery.verified());
    forgery.signing_certificate =
        attribute(NID_id_smime_aa_signingCertificateV2, der::element(der::sequence, {der::null()}));
    EXPECT_FALSE(forgery.verified());
}

// The same key, issuer and serial number, but another certificate: only signingCertificateV2 tells them apart.
TEST(ForgedCms, IsRefusedWithATwinOfTheSignersCertificate) {
    const TempFolder folder;
    ASSERT_TRUE(test_key(KeyAlgorithm::rsa_2048).save_pem(folder / "k.pem"));
    ASSERT_EQ(folder
                  .run("for d in 10 20; do openssl req -x509 -key k.pem -subj /CN=twin -set_serial 7 -days $d -out "
                       "$d.pem; done")
                  .status,
              0);
    Forgery forgery;
    forgery.signer = Certificate::from_pem(folder.read("10.pem")).value();
    forgery.signing_certificate = Forgery::named(forgery.signer.fingerprint());
    EXPECT_TRUE(forgery.verified());
    forgery.signer = Certificate::from_pem(folder.read("20.pem")).value();
    EXPECT_TRUE(contains(forgery.why_not(), "names another certificate"));
}

TEST(ForgedCms, IsRefusedWhenTheAlgorithmDoesNotFit) {
    for (const int nid :
         {NID_ecdsa_with_SHA256, NID_sha384WithRSAEncryption, NID_sha1WithRSAEncryption, NID_dsa, NID_ED25519}) {
        Forgery forgery;
        forgery.signature_algorithm = nid;
        EXPECT_TRUE(contains(forgery.why_not(), "does not fit")) << nid;
    }
}

}  // namespace
}  // namespace seald
