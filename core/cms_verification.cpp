#include <openssl/cms.h>
#include <openssl/ess.h>
#include <openssl/x509.h>

#include <algorithm>

#include "core/cms.hpp"
#include "core/openssl.hpp"

namespace seald {
namespace {

constexpr std::size_t max_cms_bytes = 1024 * 1024;
constexpr int max_certificates = 32;
constexpr int only_one = -3;  // CMS_signed_get0_data_by_OBJ(3): one attribute of this type, with one value

using Cms = Openssl<CMS_ContentInfo, CMS_ContentInfo_free>;
using SigningCertificate = Openssl<ESS_SIGNING_CERT_V2, ESS_SIGNING_CERT_V2_free>;
void free_with_certificates(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }
using CertificateStack = Openssl<STACK_OF(X509), free_with_certificates>;

Error not_verified(std::string message) { return openssl_failure(ErrorCode::verification_failed, std::move(message)); }

Result<Cms> decode(BytesView der) {
    if (der.size() > max_cms_bytes)
        return malformed("this CMS is longer than " + std::to_string(max_cms_bytes) + " bytes");
    const std::uint8_t* at = der.data();
    Cms cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
    if (!cms) return openssl_failure(ErrorCode::malformed, "this is not a CMS signature in DER");
    if (at != der.data() + der.size()) return malformed("something follows the CMS signature");
    if (OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed) return malformed("this CMS is not SignedData");
    return cms;
}

Result<CMS_SignerInfo*> only_signer(CMS_ContentInfo* cms) {
    STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(cms);
    if (signers == nullptr || sk_CMS_SignerInfo_num(signers) != 1)
        return not_verified("the CMS must have exactly one signer");
    return sk_CMS_SignerInfo_value(signers, 0);
}

Result<DigestAlgorithm> digest_algorithm_of(CMS_SignerInfo* signer) {
    X509_ALGOR* digest = nullptr;
    CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, nullptr);
    const ASN1_OBJECT* type = nullptr;
    X509_ALGOR_get0(&type, nullptr, nullptr, digest);
    switch (OBJ_obj2nid(type)) {
        case NID_sha256:
            return DigestAlgorithm::sha256;
        case NID_sha384:
            return DigestAlgorithm::sha384;
        case NID_sha512:
            return DigestAlgorithm::sha512;
        default:
            return unacceptable("the CMS uses a digest algorithm other than sha256, sha384 or sha512");
    }
}

// The signature algorithm must fit the key's kind and must not name another digest than the signer info does.
bool algorithm_fits(int nid, KeyAlgorithm key, DigestAlgorithm digest) {
    const bool sha256 = digest == DigestAlgorithm::sha256, sha384 = digest == DigestAlgorithm::sha384;
    if (key == KeyAlgorithm::ed25519) return false;
    if (key == KeyAlgorithm::ec_p256 || key == KeyAlgorithm::ec_p384)
        return nid == (sha256 ? NID_ecdsa_with_SHA256 : sha384 ? NID_ecdsa_with_SHA384 : NID_ecdsa_with_SHA512);
    return nid == NID_rsaEncryption || nid == NID_rsassaPss ||
           nid == (sha256   ? NID_sha256WithRSAEncryption
                   : sha384 ? NID_sha384WithRSAEncryption
                            : NID_sha512WithRSAEncryption);
}

Result<void> check_algorithm(CMS_SignerInfo* signer, const Certificate& certificate, DigestAlgorithm digest) {
    const auto key = certificate.public_key();
    if (!key) return key.error();
    X509_ALGOR* signature = nullptr;
    CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, nullptr, &signature);
    const ASN1_OBJECT* type = nullptr;
    X509_ALGOR_get0(&type, nullptr, nullptr, signature);
    if (!algorithm_fits(OBJ_obj2nid(type), key->algorithm(), digest))
        return not_verified(
            "the signature algorithm of the CMS does not fit the signer's key and the digest algorithm");
    return {};
}

// RFC 5652 section 5.3: a signer's attributes are a set without two of the same type.
Result<void> check_no_duplicates(CMS_SignerInfo* signer) {
    std::vector<const ASN1_OBJECT*> seen;
    for (int i = 0; i < CMS_signed_get_attr_count(signer); ++i) {
        const ASN1_OBJECT* type = X509_ATTRIBUTE_get0_object(CMS_signed_get_attr(signer, i));
        if (std::any_of(seen.begin(), seen.end(), [&](const ASN1_OBJECT* one) { return OBJ_cmp(one, type) == 0; }))
            return not_verified("a signed attribute of the CMS appears twice");
        seen.push_back(type);
    }
    return {};
}

void* attribute(CMS_SignerInfo* signer, int nid, int type) {
    return CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(nid), only_one, type);
}

Result<void> check_content(CMS_SignerInfo* signer, const Digest& document) {
    const auto* type = static_cast<const ASN1_OBJECT*>(attribute(signer, NID_pkcs9_contentType, V_ASN1_OBJECT));
    if (type == nullptr || OBJ_obj2nid(type) != NID_pkcs7_data)
        return not_verified("the CMS has no signed attribute contentType that says id-data");
    const auto* digest =
        static_cast<const ASN1_OCTET_STRING*>(attribute(signer, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING));
    if (digest == nullptr) return not_verified("the CMS has no signed attribute messageDigest");
    const BytesView value(ASN1_STRING_get0_data(digest), static_cast<std::size_t>(ASN1_STRING_length(digest)));
    if (!std::ranges::equal(value, document.bytes())) return not_verified("the CMS was made for another document");
    return {};
}

// The signer first, then the others: OSSL_ESS_check_signing_certs demands that the first certificate named by the
// attribute is the first in the list.
CertificateStack signer_first(const Certificate& signer, const std::vector<Certificate>& all) {
    CertificateStack stack(sk_X509_new_null());
    if (!stack || X509_add_cert(stack.get(), signer.x509(), X509_ADD_FLAG_UP_REF) != 1) throw_openssl("X509_add_cert");
    for (const Certificate& one : all)
        if (X509_add_cert(stack.get(), one.x509(), X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP) != 1)
            throw_openssl("X509_add_cert");
    return stack;
}

// RFC 5035 section 3: without it, another certificate for the same key could be put in the signer's place.
Result<void> check_signing_certificate(CMS_SignerInfo* signer, const Certificate& certificate,
                                       const std::vector<Certificate>& all) {
    const auto* value =
        static_cast<const ASN1_STRING*>(attribute(signer, NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE));
    if (value == nullptr) return not_verified("the CMS has no signed attribute signingCertificateV2");
    const std::uint8_t* at = ASN1_STRING_get0_data(value);
    const SigningCertificate named(d2i_ESS_SIGNING_CERT_V2(nullptr, &at, ASN1_STRING_length(value)));
    if (!named || at != ASN1_STRING_get0_data(value) + ASN1_STRING_length(value))
        return not_verified("the signed attribute signingCertificateV2 cannot be decoded");
    const CertificateStack chain = signer_first(certificate, all);
    if (OSSL_ESS_check_signing_certs(nullptr, named.get(), chain.get(), 1) != 1)
        return not_verified("the signed attribute signingCertificateV2 names another certificate than the signer's");
    return {};
}

Result<std::vector<Certificate>> certificates_of(CMS_ContentInfo* cms) {
    const CertificateStack stack(CMS_get1_certs(cms));
    std::vector<Certificate> certificates;
    const int count = stack ? sk_X509_num(stack.get()) : 0;
    if (count > max_certificates)
        return malformed("the CMS carries more than " + std::to_string(max_certificates) + " certificates");
    for (int i = 0; i < count; ++i) {
        auto certificate = Certificate::from_der(der_of(i2d_X509, sk_X509_value(stack.get(), i)));
        if (!certificate) return certificate.error();
        certificates.push_back(std::move(*certificate));
    }
    return certificates;
}

Result<Certificate> signer_certificate(CMS_SignerInfo* signer, const std::vector<Certificate>& certificates) {
    for (const Certificate& certificate : certificates)
        if (CMS_SignerInfo_cert_cmp(signer, certificate.x509()) == 0) return certificate;
    return not_verified("the CMS does not carry its signer's certificate");
}

Result<void> check_detached(CMS_ContentInfo* cms) {
    if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data)
        return not_verified("the CMS signs something other than id-data");
    ASN1_OCTET_STRING** content = CMS_get0_content(cms);
    if (content == nullptr || *content != nullptr) return not_verified("the CMS must be detached: it carries content");
    return {};
}

Digest signature_digest(CMS_SignerInfo* signer) {
    const ASN1_OCTET_STRING* value = CMS_SignerInfo_get0_signature(signer);
    return Digest::of(DigestAlgorithm::sha256,
                      {ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value))});
}

}  // namespace

Result<DigestAlgorithm> cms_digest_algorithm(BytesView cms_der) {
    const auto cms = decode(cms_der);
    if (!cms) return cms.error();
    const auto signer = only_signer(cms->get());
    if (!signer) return signer.error();
    return digest_algorithm_of(*signer);
}

Result<CmsSignature> verify_cms(BytesView cms_der, const Digest& document) {
    const auto cms = decode(cms_der);
    if (!cms) return cms.error();
    if (auto detached = check_detached(cms->get()); !detached) return detached.error();
    const auto signer = only_signer(cms->get());
    if (!signer) return signer.error();
    const auto digest_algorithm = digest_algorithm_of(*signer);
    if (!digest_algorithm) return digest_algorithm.error();
    if (*digest_algorithm != document.algorithm())
        return not_verified("the CMS was made with " + std::string(to_string(*digest_algorithm)) +
                            ", the digest given is " + std::string(to_string(document.algorithm())));
    auto certificates = certificates_of(cms->get());
    if (!certificates) return certificates.error();
    auto certificate = signer_certificate(*signer, *certificates);
    if (!certificate) return certificate.error();
    if (auto fits = check_algorithm(*signer, *certificate, *digest_algorithm); !fits) return fits.error();
    if (auto unique = check_no_duplicates(*signer); !unique) return unique.error();
    if (auto content = check_content(*signer, document); !content) return content.error();
    if (auto named = check_signing_certificate(*signer, *certificate, *certificates); !named) return named.error();
    CMS_SignerInfo_set1_signer_cert(*signer, certificate->x509());
    if (CMS_SignerInfo_verify(*signer) != 1)  // over the attributes; the content is bound by messageDigest
        return not_verified("the signature in the CMS was not made by its signer's key");
    return CmsSignature{std::move(*certificate), std::move(*certificates), *digest_algorithm,
                        signature_digest(*signer)};
}

}  // namespace seald
