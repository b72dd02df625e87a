// Detached CMS signatures (RFC 5652), profile CAdES-B (ETSI EN 319 122-1): signed attributes contentType (id-data),
// messageDigest and signingCertificateV2 (RFC 5035), and no others: no signing-time. The attributes are built here over
// an approved digest, so the token never signs bytes that a client chose.
#pragma once
#include <vector>

#include "core/certificate.hpp"

namespace seald {

class UnsignedCms {
  public:
    // document: the digest of the content, in the algorithm the signature will use.
    static Result<UnsignedCms> over(const Digest& document, const Certificate& signer, const std::vector<Certificate>& chain,
                                    SignatureScheme scheme);
    // What the token signs: the digest over the DER SET OF attributes (tag 0x31, RFC 5652 section 5.4).
    const Digest& digest_to_sign() const { return to_sign_; }
    SignatureScheme scheme() const { return scheme_; }
    const Certificate& signer() const { return signer_; }
    // DER of the ContentInfo with this signature value. Verified or not is the caller's business.
    Result<Bytes> with_signature(BytesView signature) const;

  private:
    UnsignedCms(Digest document, Certificate signer, std::vector<Certificate> chain, SignatureScheme scheme, Bytes attributes);
    Digest document_;
    Certificate signer_;
    std::vector<Certificate> chain_;
    SignatureScheme scheme_;
    Bytes attributes_;  // DER SET OF, tag 0x31
    Digest to_sign_;
};

// What a detached CMS says about a document. Chain and time are judged by the caller with verify_chain.
struct CmsSignature {
    Certificate signer;
    std::vector<Certificate> certificates;  // all that it carries
    DigestAlgorithm digest_algorithm;
    Digest signature_digest;                // SHA-256 over the raw signature value
};
// Which digest algorithm must the content be hashed with? (so that a large file is read once, streaming)
Result<DigestAlgorithm> cms_digest_algorithm(BytesView cms_der);
// verification_failed unless exactly one signer signed exactly this digest, with a signingCertificateV2 that matches.
Result<CmsSignature> verify_cms(BytesView cms_der, const Digest& document);

}  // namespace seald
