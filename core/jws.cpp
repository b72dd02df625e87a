#include "core/jws.hpp"

#include <openssl/ecdsa.h>

#include <boost/json/serialize.hpp>

#include "core/json.hpp"
#include "core/openssl.hpp"

namespace seald {
namespace {

using EcdsaSignature = Openssl<ECDSA_SIG, ECDSA_SIG_free>;
using MessageContext = Openssl<EVP_MD_CTX, EVP_MD_CTX_free>;

// Does this header value belong to this kind of key? Returns the algorithm, or verification_failed.
Result<JwsAlgorithm> algorithm_for(std::string_view alg, KeyAlgorithm key) {
    const JwsAlgorithm usual = jws_algorithm(key);
    if (alg == to_string(usual)) return usual;
    if (usual == JwsAlgorithm::rs256 && alg == to_string(JwsAlgorithm::ps256)) return JwsAlgorithm::ps256;
    return verification_failed("the token's alg is not one that a key of kind " + std::string(to_string(key)) +
                               " signs with; use " + std::string(to_string(usual)));
}

DigestAlgorithm digest_of(JwsAlgorithm algorithm) {
    return algorithm == JwsAlgorithm::es384 ? DigestAlgorithm::sha384 : DigestAlgorithm::sha256;
}

Result<void> verify_eddsa(std::string_view message, BytesView signature, const PublicKey& key) {
    const MessageContext context(EVP_MD_CTX_new());
    const BytesView bytes = as_bytes(message);
    if (!context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.evp()) != 1)
        return openssl_failure(ErrorCode::internal, "the signature could not be checked");
    if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes.data(), bytes.size()) != 1)
        return openssl_failure(ErrorCode::verification_failed, "the token's signature does not verify");
    return {};
}

Result<void> verify_with_digest(const UnverifiedJws& jws, JwsAlgorithm algorithm, const PublicKey& key) {
    const Digest digest = Digest::of(digest_of(algorithm), as_bytes(jws.signing_input));
    Result<void> verified;
    if (algorithm == JwsAlgorithm::es256 || algorithm == JwsAlgorithm::es384) {
        const auto der = ecdsa_raw_to_der(jws.signature, key.algorithm());
        if (!der) return verification_failed(der.error().message);
        verified = key.verify_digest(digest, SignatureScheme::ecdsa, *der);
    } else {
        const bool pss = algorithm == JwsAlgorithm::ps256;
        verified =
            key.verify_digest(digest, pss ? SignatureScheme::rsa_pss : SignatureScheme::rsa_pkcs1, jws.signature);
    }
    if (!verified) verified.error().message = "the token's signature does not verify";
    return verified;
}

Result<Bytes> sign_message(std::string_view message, const PrivateKey& key) {
    const MessageContext context(EVP_MD_CTX_new());
    const BytesView bytes = as_bytes(message);
    const JwsAlgorithm algorithm = jws_algorithm(key.algorithm());
    const char* hash = algorithm == JwsAlgorithm::eddsa ? nullptr : to_string(digest_of(algorithm)).data();
    std::size_t size = 0;
    if (!context || EVP_DigestSignInit_ex(context.get(), nullptr, hash, nullptr, nullptr, key.evp(), nullptr) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes.data(), bytes.size()) != 1)
        return openssl_failure(ErrorCode::internal, "the token could not be signed");
    Bytes signature(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size()) != 1)
        return openssl_failure(ErrorCode::internal, "the token could not be signed");
    signature.resize(size);
    if (algorithm == JwsAlgorithm::es256 || algorithm == JwsAlgorithm::es384)
        return ecdsa_der_to_raw(signature, key.algorithm());
    return signature;
}

// How long r and s are: as long as the curve's order (RFC 7518 section 3.4).
Result<int> ecdsa_half(KeyAlgorithm algorithm) {
    if (algorithm == KeyAlgorithm::ec_p256) return 32;
    if (algorithm == KeyAlgorithm::ec_p384) return 48;
    return unacceptable("a key of kind " + std::string(to_string(algorithm)) + " makes no ECDSA signatures");
}

}  // namespace

std::string_view to_string(JwsAlgorithm algorithm) {
    switch (algorithm) {
        case JwsAlgorithm::es256:
            return "ES256";
        case JwsAlgorithm::es384:
            return "ES384";
        case JwsAlgorithm::eddsa:
            return "EdDSA";
        case JwsAlgorithm::rs256:
            return "RS256";
        case JwsAlgorithm::ps256:
            return "PS256";
    }
    return "unknown";
}

JwsAlgorithm jws_algorithm(KeyAlgorithm key) {
    switch (key) {
        case KeyAlgorithm::ec_p256:
            return JwsAlgorithm::es256;
        case KeyAlgorithm::ec_p384:
            return JwsAlgorithm::es384;
        case KeyAlgorithm::ed25519:
            return JwsAlgorithm::eddsa;
        case KeyAlgorithm::rsa_2048:
        case KeyAlgorithm::rsa_3072:
        case KeyAlgorithm::rsa_4096:
            return JwsAlgorithm::rs256;
    }
    return JwsAlgorithm::rs256;
}

Result<UnverifiedJws> decode_jws(std::string_view compact) {
    if (compact.size() > max_jws_bytes)
        return malformed("the token is longer than " + std::to_string(max_jws_bytes) + " bytes");
    const std::size_t first = compact.find('.');
    const std::size_t second = first == compact.npos ? compact.npos : compact.find('.', first + 1);
    // A third dot falls into the signature, where base64url refuses it.
    if (second == compact.npos) return malformed("the token is not a compact JWS: header.payload.signature");
    const auto header_bytes = decode_base64url(compact.substr(0, first));
    if (!header_bytes) return malformed("the token's header is not base64url");
    const auto payload = decode_base64url(compact.substr(first + 1, second - first - 1));
    if (!payload) return malformed("the token's payload is not base64url");
    auto signature = decode_base64url(compact.substr(second + 1));
    if (!signature || signature->empty()) return malformed("the token has no base64url signature");
    const auto header = parse_json_object(as_text(*header_bytes));
    if (!header) return malformed("the token's header is not a JSON object: " + header.error().message);

    UnverifiedJws jws;
    ObjectReader in(*header, "JWS header");  // refuses every other member by name: crit, jku, jwk, x5u, x5c, b64, ...
    jws.alg = in.text("alg");
    jws.kid = in.find_text("kid").value_or("");
    jws.typ = in.find_text("typ").value_or("");
    if (auto done = in.finish(); !done) return done.error();
    jws.payload = std::string(as_text(*payload));
    jws.signing_input = std::string(compact.substr(0, second));
    jws.signature = std::move(*signature);
    return jws;
}

Result<void> verify_jws(const UnverifiedJws& jws, const PublicKey& key) {
    const auto algorithm = algorithm_for(jws.alg, key.algorithm());
    if (!algorithm) return algorithm.error();
    if (!jws.kid.empty() && jws.kid != key.thumbprint())
        return verification_failed("the token's kid is not the thumbprint (RFC 7638) of the enrolled key");
    if (*algorithm == JwsAlgorithm::eddsa) return verify_eddsa(jws.signing_input, jws.signature, key);
    return verify_with_digest(jws, *algorithm, key);
}

std::string jws_signing_input(std::string_view payload, std::string_view typ, const PublicKey& key) {
    const boost::json::object header = {{"alg", to_string(jws_algorithm(key.algorithm()))},
                                        {"kid", key.thumbprint()},
                                        {"typ", boost::json::string_view(typ)}};
    return encode_base64url(as_bytes(boost::json::serialize(header))) + "." + encode_base64url(as_bytes(payload));
}

std::string assemble_jws(std::string_view signing_input, BytesView raw_signature) {
    return std::string(signing_input) + "." + encode_base64url(raw_signature);
}

Result<std::string> sign_jws(std::string_view payload, std::string_view typ, const PrivateKey& key) {
    const std::string signing_input = jws_signing_input(payload, typ, key.public_key());
    const auto signature = sign_message(signing_input, key);
    if (!signature) return signature.error();
    std::string compact = assemble_jws(signing_input, *signature);
    if (compact.size() > max_jws_bytes)
        return Error{.code = ErrorCode::too_large,
                     .message = "the token would be longer than " + std::to_string(max_jws_bytes) + " bytes"};
    return compact;
}

Result<Bytes> ecdsa_der_to_raw(BytesView der, KeyAlgorithm algorithm) {
    const auto half = ecdsa_half(algorithm);
    if (!half) return half.error();
    const std::uint8_t* at = der.data();
    const EcdsaSignature value(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    if (!value || at != der.data() + der.size())
        return openssl_failure(ErrorCode::malformed, "this is not the DER of an ECDSA signature");
    Bytes raw(static_cast<std::size_t>(*half) * 2);
    const BIGNUM* r = ECDSA_SIG_get0_r(value.get());
    const BIGNUM* s = ECDSA_SIG_get0_s(value.get());
    if (BN_is_negative(r) || BN_is_negative(s) || BN_bn2binpad(r, raw.data(), *half) < 0 ||
        BN_bn2binpad(s, raw.data() + *half, *half) < 0)
        return openssl_failure(ErrorCode::malformed, "this ECDSA signature is out of the curve's range");
    return raw;
}

Result<Bytes> ecdsa_raw_to_der(BytesView raw, KeyAlgorithm algorithm) {
    const auto half = ecdsa_half(algorithm);
    if (!half) return half.error();
    if (raw.size() != static_cast<std::size_t>(*half) * 2)
        return malformed("an ECDSA signature with a key of kind " + std::string(to_string(algorithm)) + " has " +
                         std::to_string(*half * 2) + " bytes, not " + std::to_string(raw.size()));
    BigNumber r(BN_bin2bn(raw.data(), *half, nullptr));
    BigNumber s(BN_bin2bn(raw.data() + *half, *half, nullptr));
    const EcdsaSignature value(ECDSA_SIG_new());
    if (!r || !s || !value || ECDSA_SIG_set0(value.get(), r.get(), s.get()) != 1) throw_openssl("ECDSA_SIG_set0");
    static_cast<void>(r.release());  // set0 took both
    static_cast<void>(s.release());
    return der_of(i2d_ECDSA_SIG, value.get());
}

}  // namespace seald
