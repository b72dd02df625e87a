// From "this digest, this kind of key, this scheme" to what Cryptoki wants, and back from what it gives. Only
// mechanisms that sign a finished digest: tokens that hash on their own are rare and slow. Pure.
#pragma once
#include <memory>

#include "pkcs11/ckr.hpp"

namespace seald {

struct SigningInput {
    CK_MECHANISM_TYPE mechanism = 0;
    std::unique_ptr<CK_RSA_PKCS_PSS_PARAMS> pss;  // for PSS only
    Bytes data;                                   // what C_Sign gets

    CK_MECHANISM mechanism_for_call() const;  // points into this object
};
// bad_request when key and scheme do not belong together, unsupported for Ed25519 (it has no digest form).
Outcome<SigningInput> signing_input(const token_protocol::SignRequest& request);
// Checks the length; ECDSA's r||s (PKCS#11 v2.40 mechanisms, section 2.3.1) becomes DER. token_failed if it cannot be
// one.
Outcome<Bytes> finished_signature(KeyAlgorithm algorithm, BytesView raw);

bool is_rsa(KeyAlgorithm algorithm);

struct GenerationInput {
    CK_MECHANISM_TYPE mechanism = 0;
    CK_ULONG modulus_bits = 0;  // RSA
    Bytes ec_parameters;        // EC: DER of the curve's object identifier
};
Outcome<GenerationInput> generation_input(KeyAlgorithm algorithm);

}  // namespace seald
