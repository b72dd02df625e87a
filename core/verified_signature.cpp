#include "core/verified_signature.hpp"

namespace seald {

Result<VerifiedSignature> VerifiedSignature::cms(Bytes der, const Digest& document, const Certificate& registered) {
    auto signature = verify_cms(der, document);
    if (!signature) return signature.error();
    if (signature->signer.fingerprint() != registered.fingerprint())
        return verification_failed("the signature names another certificate than the seal's registered one");
    return VerifiedSignature(std::move(der), signature->signature_digest);
}

Result<VerifiedSignature> VerifiedSignature::raw(Bytes value, const Digest& document, SignatureScheme scheme,
                                                 const Certificate& registered) {
    auto key = registered.public_key();
    if (!key) return key.error();
    if (auto verified = key->verify_digest(document, scheme, value); !verified) return verified.error();
    const Digest sha256 = Digest::of(DigestAlgorithm::sha256, value);
    return VerifiedSignature(std::move(value), sha256);
}

}  // namespace seald
