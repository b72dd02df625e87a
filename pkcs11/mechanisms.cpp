#include "pkcs11/mechanisms.hpp"

#include <openssl/ecdsa.h>

#include <algorithm>

namespace seald {
namespace {

using token_protocol::Failure;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, void (*)(ECDSA_SIG*)>;

// DER of DigestInfo up to the digest itself: RFC 8017 section 9.2, note 1.
Bytes digest_info_prefix(DigestAlgorithm algorithm) {
    switch (algorithm) {
        case DigestAlgorithm::sha256:
            return {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                    0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
        case DigestAlgorithm::sha384:
            return {0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                    0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30};
        case DigestAlgorithm::sha512:
            return {0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                    0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40};
    }
    return {};
}

CK_RSA_PKCS_PSS_PARAMS pss_parameters(DigestAlgorithm algorithm) {
    CK_RSA_PKCS_PSS_PARAMS parameters{};
    parameters.sLen = digest_size(algorithm);
    switch (algorithm) {
        case DigestAlgorithm::sha256:
            parameters.hashAlg = CKM_SHA256;
            parameters.mgf = CKG_MGF1_SHA256;
            break;
        case DigestAlgorithm::sha384:
            parameters.hashAlg = CKM_SHA384;
            parameters.mgf = CKG_MGF1_SHA384;
            break;
        case DigestAlgorithm::sha512:
            parameters.hashAlg = CKM_SHA512;
            parameters.mgf = CKG_MGF1_SHA512;
            break;
    }
    return parameters;
}

struct KeyShape {
    bool rsa = false;
    std::size_t bytes = 0;  // of the modulus, or of the group's order
};

Outcome<KeyShape> shape_of(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::ec_p256:
            return KeyShape{false, 32};
        case KeyAlgorithm::ec_p384:
            return KeyShape{false, 48};
        case KeyAlgorithm::rsa_2048:
            return KeyShape{true, 256};
        case KeyAlgorithm::rsa_3072:
            return KeyShape{true, 384};
        case KeyAlgorithm::rsa_4096:
            return KeyShape{true, 512};
        case KeyAlgorithm::ed25519:
            break;
    }
    return refused(Failure::unsupported, "Ed25519 keys on tokens are not supported: they do not sign digests");
}

}  // namespace

bool is_rsa(KeyAlgorithm algorithm) {
    const auto shape = shape_of(algorithm);
    return shape && shape->rsa;
}

CK_MECHANISM SigningInput::mechanism_for_call() const {
    return {mechanism, pss.get(), pss ? sizeof(CK_RSA_PKCS_PSS_PARAMS) : 0};
}

Outcome<SigningInput> signing_input(const token_protocol::SignRequest& request) {
    const auto shape = shape_of(request.key_algorithm);
    if (!shape) return shape.error();
    if (shape->rsa == (request.scheme == SignatureScheme::ecdsa)) {
        return refused(Failure::bad_request, "a key of kind " + std::string(to_string(request.key_algorithm)) +
                                                 " does not sign with " + std::string(to_string(request.scheme)));
    }
    const auto digest = request.digest.bytes();
    SigningInput input;
    switch (request.scheme) {
        case SignatureScheme::ecdsa:
            input.mechanism = CKM_ECDSA;
            // FIPS 186-5 section 6.4.1: the leftmost bits, as many as the order has. Some tokens refuse to do it
            // themselves.
            input.data.assign(digest.begin(),
                              digest.begin() + static_cast<std::ptrdiff_t>(std::min(digest.size(), shape->bytes)));
            return input;
        case SignatureScheme::rsa_pkcs1:
            input.mechanism = CKM_RSA_PKCS;
            input.data = digest_info_prefix(request.digest.algorithm());
            input.data.insert(input.data.end(), digest.begin(), digest.end());
            return input;
        case SignatureScheme::rsa_pss:
            input.mechanism = CKM_RSA_PKCS_PSS;
            input.pss = std::make_unique<CK_RSA_PKCS_PSS_PARAMS>(pss_parameters(request.digest.algorithm()));
            input.data.assign(digest.begin(), digest.end());
            return input;
    }
    return refused(Failure::bad_request, "unknown signature scheme");
}

Outcome<Bytes> finished_signature(KeyAlgorithm algorithm, BytesView raw) {
    const auto shape = shape_of(algorithm);
    if (!shape) return shape.error();
    if (raw.size() != (shape->rsa ? 1 : 2) * shape->bytes) {
        return refused(Failure::token_failed,
                       "the token gave a signature of a length that this kind of key cannot make");
    }
    if (shape->rsa) return Bytes(raw.begin(), raw.end());
    const auto half = static_cast<int>(shape->bytes);
    const EcdsaSignature signature(ECDSA_SIG_new(), ECDSA_SIG_free);
    if (!signature) throw std::bad_alloc();
    BIGNUM* r = BN_bin2bn(raw.data(), half, nullptr);
    BIGNUM* s = BN_bin2bn(raw.data() + half, half, nullptr);
    if (r == nullptr || s == nullptr || ECDSA_SIG_set0(signature.get(), r, s) != 1) throw std::bad_alloc();
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &der);
    const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owner(der,
                                                                         [](unsigned char* p) { OPENSSL_free(p); });
    if (size <= 0) throw std::bad_alloc();
    return Bytes(der, der + size);
}

Outcome<GenerationInput> generation_input(KeyAlgorithm algorithm) {
    const auto shape = shape_of(algorithm);
    if (!shape) return shape.error();
    if (shape->rsa) return GenerationInput{CKM_RSA_PKCS_KEY_PAIR_GEN, 8 * shape->bytes, {}};
    // RFC 5480 section 2.1.1.1: secp256r1 is 1.2.840.10045.3.1.7, secp384r1 is 1.3.132.0.34.
    const Bytes p256{0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
    const Bytes p384{0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
    return GenerationInput{CKM_EC_KEY_PAIR_GEN, 0, algorithm == KeyAlgorithm::ec_p256 ? p256 : p384};
}

}  // namespace seald
