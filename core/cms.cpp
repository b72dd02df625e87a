#include "core/cms.hpp"

#include <openssl/objects.h>

#include <algorithm>

#include "core/der.hpp"
#include "core/openssl.hpp"

namespace seald {
namespace {

constexpr std::size_t max_signature_bytes = 1024;

int digest_nid(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::sha256:
            return NID_sha256;
        case DigestAlgorithm::sha384:
            return NID_sha384;
        case DigestAlgorithm::sha512:
            return NID_sha512;
    }
    return NID_undef;
}

int ecdsa_nid(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::sha256:
            return NID_ecdsa_with_SHA256;
        case DigestAlgorithm::sha384:
            return NID_ecdsa_with_SHA384;
        case DigestAlgorithm::sha512:
            return NID_ecdsa_with_SHA512;
    }
    return NID_undef;
}

// RFC 5754 section 2: SHA-2 identifiers are written without parameters.
Bytes digest_identifier(DigestAlgorithm algorithm) {
    return der::element(der::sequence, {der::object_identifier(digest_nid(algorithm))});
}

// RFC 4055 section 3.1: RSASSA-PSS-params; inside them the hash identifiers carry NULL (section 2.1).
Bytes pss_identifier(DigestAlgorithm algorithm) {
    const Bytes hash = der::element(der::sequence, {der::object_identifier(digest_nid(algorithm)), der::null()});
    const Bytes mgf = der::element(der::sequence, {der::object_identifier(NID_mgf1), hash});
    const Bytes salt = der::integer(static_cast<std::uint8_t>(digest_size(algorithm)));
    const Bytes parameters =
        der::element(der::sequence, {der::element(der::context_0, {hash}), der::element(der::context_1, {mgf}),
                                     der::element(der::context_2, {salt})});
    return der::element(der::sequence, {der::object_identifier(NID_rsassaPss), parameters});
}

Bytes signature_identifier(SignatureScheme scheme, DigestAlgorithm digest) {
    switch (scheme) {
        case SignatureScheme::ecdsa:  // RFC 5754 section 3.3: no parameters
            return der::element(der::sequence, {der::object_identifier(ecdsa_nid(digest))});
        case SignatureScheme::rsa_pkcs1:  // RFC 3370 section 3.2: rsaEncryption with NULL
            return der::element(der::sequence, {der::object_identifier(NID_rsaEncryption), der::null()});
        case SignatureScheme::rsa_pss:
            return pss_identifier(digest);
    }
    return {};
}

Bytes attribute(int nid, BytesView value) {
    return der::element(der::sequence, {der::object_identifier(nid), der::element(der::set, {value})});
}

// RFC 5035 section 4: ESSCertIDv2 with the hash algorithm left out, which means SHA-256.
Bytes signing_certificate(const Certificate& signer) {
    const Digest fingerprint = signer.fingerprint();
    const Bytes hash = der::element(der::octet_string, {fingerprint.bytes()});
    const Bytes id = der::element(der::sequence, {hash});
    return der::element(der::sequence, {der::element(der::sequence, {id})});
}

Bytes signed_attributes(const Digest& document, const Certificate& signer) {
    return der::set_of({attribute(NID_pkcs9_contentType, der::object_identifier(NID_pkcs7_data)),
                        attribute(NID_pkcs9_messageDigest, der::element(der::octet_string, {document.bytes()})),
                        attribute(NID_id_smime_aa_signingCertificateV2, signing_certificate(signer))});
}

Bytes issuer_and_serial(const Certificate& signer) {
    return der::element(der::sequence, {der_of(i2d_X509_NAME, X509_get_issuer_name(signer.x509())),
                                        der_of(i2d_ASN1_INTEGER, X509_get0_serialNumber(signer.x509()))});
}

Bytes certificate_set(const Certificate& signer, const std::vector<Certificate>& chain) {
    std::vector<Bytes> certificates = {signer.to_der()};
    for (const Certificate& certificate : chain) {
        Bytes der = certificate.to_der();
        if (std::find(certificates.begin(), certificates.end(), der) == certificates.end())
            certificates.push_back(std::move(der));
    }
    return der::set_of(std::move(certificates), der::context_0);
}

}  // namespace

Result<UnsignedCms> UnsignedCms::over(const Digest& document, const Certificate& signer,
                                      const std::vector<Certificate>& chain, SignatureScheme scheme) {
    const auto key = signer.public_key();
    if (!key) return key.error();
    const auto usual = document_scheme(key->algorithm());
    if (!usual) return usual.error();
    if ((*usual == SignatureScheme::ecdsa) != (scheme == SignatureScheme::ecdsa))
        return unacceptable("a key of kind " + std::string(to_string(key->algorithm())) + " cannot sign with " +
                            std::string(to_string(scheme)));
    if (!signer.allows_signing())
        return unacceptable("the key usage of the certificate \"" + signer.subject() + "\" does not allow signing");
    return UnsignedCms(document, signer, chain, scheme, signed_attributes(document, signer));
}

UnsignedCms::UnsignedCms(Digest document, Certificate signer, std::vector<Certificate> chain, SignatureScheme scheme,
                         Bytes attributes)
    : document_(document),
      signer_(std::move(signer)),
      chain_(std::move(chain)),
      scheme_(scheme),
      attributes_(std::move(attributes)),
      to_sign_(Digest::of(document_.algorithm(), attributes_)) {}

Result<Bytes> UnsignedCms::with_signature(BytesView signature) const {
    if (signature.empty() || signature.size() > max_signature_bytes)
        return unacceptable("the signature value has no possible length");
    // RFC 5652 section 5.4: hashed as a SET OF, embedded as [0] IMPLICIT: the same bytes but for the tag.
    Bytes attributes = attributes_;
    attributes.front() = der::context_0;
    const Bytes version = der::integer(1);  // sections 5.1 and 5.3: issuerAndSerialNumber and content id-data
    const Bytes digest_algorithm = digest_identifier(document_.algorithm());
    const Bytes signer_info =
        der::element(der::sequence, {version, issuer_and_serial(signer_), digest_algorithm, attributes,
                                     signature_identifier(scheme_, document_.algorithm()),
                                     der::element(der::octet_string, {signature})});
    const Bytes content = der::element(der::sequence, {der::object_identifier(NID_pkcs7_data)});  // detached
    const Bytes signed_data =
        der::element(der::sequence, {version, der::set_of({digest_algorithm}), content,
                                     certificate_set(signer_, chain_), der::set_of({signer_info})});
    return der::element(der::sequence,
                        {der::object_identifier(NID_pkcs7_signed), der::element(der::context_0, {signed_data})});
}

}  // namespace seald
