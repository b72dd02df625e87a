// Compact JWS (RFC 7515) with the five algorithms of RFC 7518/8037 that approvals may use. The algorithm is always
// pinned by the caller to the enrolled key: the header's `alg` is compared, never obeyed. "none", HMAC, `crit`, `jku`,
// `jwk`, `x5u`, `x5c` and unprotected headers are refused.
#pragma once
#include <string>
#include <string_view>

#include "core/keys.hpp"

namespace seald {

inline constexpr std::size_t max_jws_bytes = 256 * 1024;  // max_documents with names of ordinary length fit

enum class JwsAlgorithm { es256, es384, eddsa, rs256, ps256 };
std::string_view to_string(JwsAlgorithm algorithm);  // "ES256"

// What this key signs with when we mint: ES256, ES384, EdDSA, or RS256.
JwsAlgorithm jws_algorithm(KeyAlgorithm key);

// A JWS taken apart, not yet believed. Its algorithm and key id are what the sender claims.
struct UnverifiedJws {
    std::string alg;
    std::string kid;       // empty if absent
    std::string typ;       // empty if absent
    std::string payload;   // decoded bytes
    std::string signing_input;
    Bytes signature;       // raw r||s for ECDSA
};
Result<UnverifiedJws> decode_jws(std::string_view compact);  // malformed

// verification_failed unless `key` made it with an algorithm that belongs to this kind of key (RS256 or PS256 for RSA).
Result<void> verify_jws(const UnverifiedJws& jws, const PublicKey& key);

// Signs `payload`; the header is {"alg","kid","typ"} with kid the key's thumbprint.
Result<std::string> sign_jws(std::string_view payload, std::string_view typ, const PrivateKey& key);

// The same for a key that is elsewhere (a person's card): the bytes to sign, and the assembly. `raw_signature` is in JWS
// form: r||s for ECDSA, the bytes themselves otherwise.
std::string jws_signing_input(std::string_view payload, std::string_view typ, const PublicKey& key);
std::string assemble_jws(std::string_view signing_input, BytesView raw_signature);
Result<Bytes> ecdsa_der_to_raw(BytesView der, KeyAlgorithm algorithm);
Result<Bytes> ecdsa_raw_to_der(BytesView raw, KeyAlgorithm algorithm);

}  // namespace seald
