#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "core/certificate.hpp"
#include "core/openssl.hpp"

namespace seald {
namespace {

constexpr std::size_t max_name_characters = 64;  // ub-common-name, ub-organization-name: RFC 5280 appendix A.1
constexpr int max_days = 36'500;
constexpr std::size_t max_signature_bytes = 1024;

using Name509 = Openssl<X509_NAME, X509_NAME_free>;
using Algorithm509 = Openssl<X509_ALGOR, X509_ALGOR_free>;
using Extension = Openssl<X509_EXTENSION, X509_EXTENSION_free>;
using BitString = Openssl<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;

// RFC 5758 section 3.2: ECDSA algorithms have no parameters; RFC 4055 section 5: RSA ones have NULL.
Result<void> set_signature_algorithm(X509_ALGOR* algorithm, KeyAlgorithm key) {
    const auto scheme = document_scheme(key);
    if (!scheme) return scheme.error();
    const bool ecdsa = *scheme == SignatureScheme::ecdsa;
    const bool sha384 = default_digest(key) == DigestAlgorithm::sha384;
    const int nid = ecdsa ? (sha384 ? NID_ecdsa_with_SHA384 : NID_ecdsa_with_SHA256) : NID_sha256WithRSAEncryption;
    if (X509_ALGOR_set0(algorithm, OBJ_nid2obj(nid), ecdsa ? V_ASN1_UNDEF : V_ASN1_NULL, nullptr) != 1)
        throw_openssl("X509_ALGOR_set0");
    return {};
}

void set_bits(ASN1_BIT_STRING* bits, BytesView value) {
    if (ASN1_BIT_STRING_set(bits, const_cast<std::uint8_t*>(value.data()), static_cast<int>(value.size())) != 1)
        throw_openssl("ASN1_BIT_STRING_set");
    // Say that no bits are unused; otherwise OpenSSL trims zero bits at the end, as for named bit lists.
    bits->flags = (bits->flags & ~0x07L) | ASN1_STRING_FLAG_BITS_LEFT;
}

Result<void> add_text(X509_NAME* name, int nid, std::string_view what, const std::string& text) {
    const auto characters = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
    if (!is_clean_text(text) || static_cast<std::size_t>(characters) > max_name_characters)
        return unacceptable("the " + std::string(what) + " must be clean text of at most " +
                            std::to_string(max_name_characters) + " characters");
    if (X509_NAME_add_entry_by_NID(name, nid, V_ASN1_UTF8STRING, as_bytes(text).data(), static_cast<int>(text.size()),
                                   -1, 0) != 1)
        return openssl_failure(ErrorCode::unacceptable,
                               "the " + std::string(what) + " cannot be put into a certificate");
    return {};
}

Result<Name509> make_name(const SubjectFields& subject) {
    Name509 name(X509_NAME_new());
    if (!name) throw_openssl("X509_NAME_new");
    if (subject.common_name.empty()) return unacceptable("a certificate needs a common name");
    if (!subject.organisation.empty()) {
        if (auto added = add_text(name.get(), NID_organizationName, "organisation", subject.organisation); !added)
            return added.error();
    }
    if (auto added = add_text(name.get(), NID_commonName, "common name", subject.common_name); !added)
        return added.error();
    return name;
}

// RFC 5280 section 4.1.2.2: positive, at most 20 octets.
void set_serial(X509* certificate) {
    std::array<std::uint8_t, 16> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) throw_openssl("RAND_bytes");
    random[0] = static_cast<std::uint8_t>((random[0] & 0x7F) | 0x40);  // never negative, never shorter
    const BigNumber number(BN_bin2bn(random.data(), static_cast<int>(random.size()), nullptr));
    if (!number || BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr)
        throw_openssl("BN_to_ASN1_INTEGER");
}

void set_validity(X509* certificate, Timestamp from, int days) {
    // ASN1_TIME_adj chooses UTCTime up to 2049 and GeneralizedTime after it (RFC 5280 section 4.1.2.5).
    const std::time_t start = to_unix(from);
    if (ASN1_TIME_adj(X509_getm_notBefore(certificate), start, 0, 0) == nullptr ||
        ASN1_TIME_adj(X509_getm_notAfter(certificate), start, days, 0) == nullptr)
        throw_openssl("ASN1_TIME_adj");
}

void add_extension(X509* certificate, int nid, const char* value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) throw_openssl("X509_add_ext");
}

}  // namespace

Result<UnsignedCertificate> UnsignedCertificate::self_signed(const PublicKey& key, const SubjectFields& subject,
                                                             Timestamp from, int days) {
    if (days < 1 || days > max_days)
        return unacceptable("a certificate is valid for 1 to " + std::to_string(max_days) + " days");
    const auto name = make_name(subject);
    if (!name) return name.error();
    std::unique_ptr<X509, X509Free> x509(X509_new());
    if (!x509 || X509_set_version(x509.get(), X509_VERSION_3) != 1 || X509_set_pubkey(x509.get(), key.evp()) != 1 ||
        X509_set_subject_name(x509.get(), name->get()) != 1 || X509_set_issuer_name(x509.get(), name->get()) != 1)
        throw_openssl("X509_new");
    set_serial(x509.get());
    set_validity(x509.get(), from, days);
    add_extension(x509.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(x509.get(), NID_key_usage, "critical,digitalSignature,nonRepudiation");
    add_extension(x509.get(), NID_subject_key_identifier, "hash");
    // RFC 5280 section 4.1.1.2: the same algorithm inside and outside, set before anything is hashed. OpenSSL 3.0 hands
    // out both, and the signature, as pointers to const only; the object is ours and not const, so casting is defined.
    const ASN1_BIT_STRING* value = nullptr;
    const X509_ALGOR* outer = nullptr;
    X509_get0_signature(&value, &outer, x509.get());
    for (const X509_ALGOR* algorithm : {X509_get0_tbs_sigalg(x509.get()), outer})
        if (auto set = set_signature_algorithm(const_cast<X509_ALGOR*>(algorithm), key.algorithm()); !set)
            return set.error();
    return UnsignedCertificate(std::move(x509));
}

Digest UnsignedCertificate::digest() const {
    const auto key = PublicKey::from_evp([&] {
        EVP_PKEY* own = X509_get0_pubkey(x509_.get());
        EVP_PKEY_up_ref(own);
        return EvpKey(own);
    }());
    return Digest::of(default_digest(key.value().algorithm()), der_of(i2d_re_X509_tbs, x509_.get()));
}

Result<Certificate> UnsignedCertificate::with_signature(BytesView signature) && {
    if (signature.empty() || signature.size() > max_signature_bytes)
        return verification_failed("the signature for the certificate has no possible length");
    const ASN1_BIT_STRING* value = nullptr;
    X509_get0_signature(&value, nullptr, x509_.get());
    set_bits(const_cast<ASN1_BIT_STRING*>(value), signature);
    const Bytes der = der_of(i2d_X509, x509_.get());
    auto certificate = Certificate::from_der(der);  // what others will read, not what we have in memory
    if (!certificate) return certificate.error();
    if (X509_verify(certificate->x509(), X509_get0_pubkey(certificate->x509())) != 1)
        return openssl_failure(ErrorCode::verification_failed, "the certificate's signature was not made by its key");
    return certificate;
}

Result<UnsignedRequest> UnsignedRequest::make(const PublicKey& key, const SubjectFields& subject) {
    const auto name = make_name(subject);
    if (!name) return name.error();
    std::unique_ptr<X509_REQ, X509ReqFree> request(X509_REQ_new());
    const Algorithm509 algorithm(X509_ALGOR_new());
    if (!algorithm) throw_openssl("X509_ALGOR_new");
    if (auto set = set_signature_algorithm(algorithm.get(), key.algorithm()); !set) return set.error();
    if (!request || X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
        X509_REQ_set_subject_name(request.get(), name->get()) != 1 ||
        X509_REQ_set_pubkey(request.get(), key.evp()) != 1 ||
        X509_REQ_set1_signature_algo(request.get(), algorithm.get()) != 1)
        throw_openssl("X509_REQ_new");
    return UnsignedRequest(std::move(request));
}

Digest UnsignedRequest::digest() const {
    const auto key = PublicKey::from_evp(EvpKey(X509_REQ_get_pubkey(request_.get())));
    return Digest::of(default_digest(key.value().algorithm()), der_of(i2d_re_X509_REQ_tbs, request_.get()));
}

Result<std::string> UnsignedRequest::with_signature(BytesView signature) && {
    if (signature.empty() || signature.size() > max_signature_bytes)
        return verification_failed("the signature for the certificate request has no possible length");
    BitString bits(ASN1_BIT_STRING_new());
    if (!bits) throw_openssl("ASN1_BIT_STRING_new");
    set_bits(bits.get(), signature);
    X509_REQ_set0_signature(request_.get(), bits.release());
    if (X509_REQ_verify(request_.get(), X509_REQ_get0_pubkey(request_.get())) != 1)
        return openssl_failure(ErrorCode::verification_failed, "the request's signature was not made by its key");
    return encode_pem("CERTIFICATE REQUEST", der_of(i2d_X509_REQ, request_.get()));
}

}  // namespace seald
