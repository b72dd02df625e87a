#include "core/keys.hpp"

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "core/openssl.hpp"

namespace seald {
namespace {

constexpr std::array all_algorithms = {KeyAlgorithm::ec_p256,  KeyAlgorithm::ec_p384,  KeyAlgorithm::rsa_2048,
                                       KeyAlgorithm::rsa_3072, KeyAlgorithm::rsa_4096, KeyAlgorithm::ed25519};
constexpr std::string_view allowed = "ec-p256, ec-p384, rsa-2048, rsa-3072, rsa-4096 or ed25519";
constexpr std::size_t max_key_file_bytes = 64 * 1024;

Error not_allowed(std::string_view what) {
    return unacceptable(std::string(what) + " is not accepted; use " + std::string(allowed));
}

std::string text_parameter(const EVP_PKEY* key, const char* name) {
    std::array<char, 80> text{};
    std::size_t size = 0;
    if (EVP_PKEY_get_utf8_string_param(key, name, text.data(), text.size(), &size) != 1) {
        openssl_failure(ErrorCode::unacceptable, {});  // an absent parameter is an answer; the queue must not keep it
        return {};
    }
    return {text.data(), size};
}

BigNumber number_parameter(const EVP_PKEY* key, const char* name) {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &number) != 1) throw_openssl("EVP_PKEY_get_bn_param");
    return BigNumber(number);
}

// RFC 5480 section 2.1.1 allows named curves only; the uncompressed form is the one that every verifier must read
// (section 2.2), and one form per key keeps encodings comparable.
Result<KeyAlgorithm> recognise_ec(EVP_PKEY* key) {
    if (text_parameter(key, OSSL_PKEY_PARAM_EC_ENCODING) != "named_curve")
        return not_allowed("an EC key with explicit curve parameters");
    const std::string curve = text_parameter(key, OSSL_PKEY_PARAM_GROUP_NAME);
    const bool p256 = curve == "prime256v1";
    if (!p256 && curve != "secp384r1") return not_allowed("an EC key on the curve " + curve);
    if (text_parameter(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT) != "uncompressed")
        return unacceptable("an EC public key must be in uncompressed form (it begins with 04)");
    // The decoder accepts the point at infinity, under which forged signatures verify.
    const Openssl<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    if (!context) throw_openssl("EVP_PKEY_CTX_new_from_pkey");
    if (EVP_PKEY_public_check_quick(context.get()) != 1)
        return openssl_failure(ErrorCode::unacceptable, "this EC public key is not a point that keys can have");
    return p256 ? KeyAlgorithm::ec_p256 : KeyAlgorithm::ec_p384;
}

Result<KeyAlgorithm> recognise_rsa(EVP_PKEY* key) {
    const BigNumber exponent = number_parameter(key, OSSL_PKEY_PARAM_RSA_E);
    const BigNumber modulus = number_parameter(key, OSSL_PKEY_PARAM_RSA_N);
    if (!BN_is_odd(exponent.get()) || BN_num_bits(exponent.get()) < 17)
        return not_allowed("an RSA key whose public exponent is even or below 65537");
    if (!BN_is_odd(modulus.get())) return not_allowed("an RSA key with an even modulus");
    switch (BN_num_bits(modulus.get())) {
        case 2048:
            return KeyAlgorithm::rsa_2048;
        case 3072:
            return KeyAlgorithm::rsa_3072;
        case 4096:
            return KeyAlgorithm::rsa_4096;
        default:
            return not_allowed("an RSA key of " + std::to_string(BN_num_bits(modulus.get())) + " bits");
    }
}

Result<KeyAlgorithm> recognise(EVP_PKEY* key) {
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_EC:
            return recognise_ec(key);
        case EVP_PKEY_RSA:
            return recognise_rsa(key);
        case EVP_PKEY_ED25519:
            return KeyAlgorithm::ed25519;
        default:
            break;
    }
    const char* name = EVP_PKEY_get0_type_name(key);
    return not_allowed("a key of kind " + std::string(name != nullptr ? name : "unknown"));
}

std::string encode_number(const BIGNUM* number, int bytes) {
    Bytes octets(static_cast<std::size_t>(bytes));
    if (BN_bn2binpad(number, octets.data(), bytes) != bytes) throw_openssl("BN_bn2binpad");
    return encode_base64url(octets);
}

// Uncompressed (SEC 1 section 2.3.3): 04, x, y, both as long as the curve's field.
Bytes ec_point(EVP_PKEY* key) {
    Bytes point(1 + 2 * 48);
    std::size_t size = 0;
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &size) != 1)
        throw_openssl("EVP_PKEY_get_octet_string_param");
    point.resize(size);
    return point;
}

// RFC 7638 section 3.2: the required members only, in lexicographic order, without white space.
std::string thumbprint_input(EVP_PKEY* key, KeyAlgorithm algorithm) {
    if (algorithm == KeyAlgorithm::ed25519) {
        std::array<std::uint8_t, 32> raw{};
        std::size_t size = raw.size();
        if (EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1) throw_openssl("EVP_PKEY_get_raw_public_key");
        return R"({"crv":"Ed25519","kty":"OKP","x":")" + encode_base64url(raw) + "\"}";
    }
    if (algorithm == KeyAlgorithm::ec_p256 || algorithm == KeyAlgorithm::ec_p384) {
        const Bytes point = ec_point(key);
        const std::size_t half = point.size() / 2;
        return R"({"crv":")" + std::string(algorithm == KeyAlgorithm::ec_p256 ? "P-256" : "P-384") + R"(","kty":"EC","x":")" +
               encode_base64url(BytesView(point).subspan(1, half)) + R"(","y":")" + encode_base64url(BytesView(point).subspan(1 + half)) + "\"}";
    }
    const BigNumber exponent = number_parameter(key, OSSL_PKEY_PARAM_RSA_E);
    const BigNumber modulus = number_parameter(key, OSSL_PKEY_PARAM_RSA_N);
    return R"({"e":")" + encode_number(exponent.get(), BN_num_bytes(exponent.get())) + R"(","kty":"RSA","n":")" +
           encode_number(modulus.get(), BN_num_bytes(modulus.get())) + "\"}";
}

// SubjectPublicKeyInfo of a P-256 key in uncompressed form, as far as its point's coordinates (RFC 5480 section 2).
constexpr std::array<std::uint8_t, 27> p256_head = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                                    0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                                    0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
constexpr std::size_t p256_point_bytes = 65;  // with the leading 04

bool is_plain_p256(BytesView spki) {
    return spki.size() == p256_head.size() + p256_point_bytes - 1 && std::ranges::equal(spki.first(p256_head.size()), p256_head);
}

// The commonest key without OpenSSL's general decoder, which takes five times as long: ten thousand people's keys are read
// at every start. Null if it is not a point of the curve.
EvpKey decode_plain_p256(BytesView spki) {
    const Openssl<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1) throw_openssl("EVP_PKEY_fromdata_init");
    std::string group = "prime256v1";
    Bytes point(spki.end() - p256_point_bytes, spki.end());
    std::array<OSSL_PARAM, 3> parts = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
                                       OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
                                       OSSL_PARAM_construct_end()};
    EVP_PKEY* key = nullptr;
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parts.data());
    return EvpKey(key);
}

bool is_ec(KeyAlgorithm algorithm) { return algorithm == KeyAlgorithm::ec_p256 || algorithm == KeyAlgorithm::ec_p384; }

bool set_padding(EVP_PKEY_CTX* context, SignatureScheme scheme, const EVP_MD* hash) {
    if (scheme == SignatureScheme::ecdsa) return true;
    if (scheme == SignatureScheme::rsa_pkcs1) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

std::string_view to_string(KeyAlgorithm algorithm) {
    switch (algorithm) {
        case KeyAlgorithm::ec_p256:
            return "ec-p256";
        case KeyAlgorithm::ec_p384:
            return "ec-p384";
        case KeyAlgorithm::rsa_2048:
            return "rsa-2048";
        case KeyAlgorithm::rsa_3072:
            return "rsa-3072";
        case KeyAlgorithm::rsa_4096:
            return "rsa-4096";
        case KeyAlgorithm::ed25519:
            return "ed25519";
    }
    return "unknown";
}

Result<KeyAlgorithm> decode_key_algorithm(std::string_view text) {
    for (const KeyAlgorithm algorithm : all_algorithms)
        if (text == to_string(algorithm)) return algorithm;
    return not_allowed("this key algorithm");
}

std::string_view to_string(SignatureScheme scheme) {
    switch (scheme) {
        case SignatureScheme::ecdsa:
            return "ecdsa";
        case SignatureScheme::rsa_pkcs1:
            return "rsa-pkcs1";
        case SignatureScheme::rsa_pss:
            return "rsa-pss";
    }
    return "unknown";
}

Result<SignatureScheme> document_scheme(KeyAlgorithm algorithm) {
    if (is_ec(algorithm)) return SignatureScheme::ecdsa;
    if (algorithm != KeyAlgorithm::ed25519) return SignatureScheme::rsa_pkcs1;
    return unacceptable(
        "documents are not signed with ed25519, which common verifiers cannot check; use an EC or RSA key");
}

DigestAlgorithm default_digest(KeyAlgorithm algorithm) {
    return algorithm == KeyAlgorithm::ec_p384 ? DigestAlgorithm::sha384 : DigestAlgorithm::sha256;
}

Result<PublicKey> PublicKey::from_evp(EvpKey key) {
    if (!key) return unacceptable("there is no public key");
    const auto algorithm = recognise(key.get());
    if (!algorithm) return algorithm.error();
    return PublicKey(std::move(key), *algorithm);
}

Result<PublicKey> PublicKey::from_der(BytesView spki) {
    if (spki.size() > max_key_file_bytes) return malformed("this public key is too long");
    if (is_plain_p256(spki)) {
        if (EvpKey plain = decode_plain_p256(spki)) return from_evp(std::move(plain));
        return openssl_failure(ErrorCode::malformed, "this EC public key is not a point of its curve");
    }
    const std::uint8_t* at = spki.data();
    EvpKey key(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
    if (!key) return openssl_failure(ErrorCode::malformed, "this is not a public key (SubjectPublicKeyInfo)");
    if (at != spki.data() + spki.size()) return malformed("something follows the public key");
    return from_evp(std::move(key));
}

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
    const Bio in = reading_bio(pem);
    auto der = next_pem_block(in.get(), "PUBLIC KEY");
    if (!der) return der.error();
    if (!*der) return malformed("there is no \"BEGIN PUBLIC KEY\" in this text");
    return from_der(**der);
}

Result<PublicKey> PublicKey::load_pem(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return not_found("cannot read the public key file " + file.string());
    std::string pem;
    std::array<char, 1024> part{};
    while (pem.size() <= max_key_file_bytes && (in.read(part.data(), part.size()) || in.gcount() > 0))
        pem.append(part.data(), static_cast<std::size_t>(in.gcount()));
    if (pem.size() > max_key_file_bytes) return malformed(file.string() + " is too long for a public key");
    auto key = from_pem(pem);
    if (!key) key.error().message = file.string() + ": " + key.error().message;
    return key;
}

PublicKey::PublicKey(const PublicKey& other) : key_(other.key_.get()), algorithm_(other.algorithm_) {
    EVP_PKEY_up_ref(key_.get());
}

PublicKey& PublicKey::operator=(const PublicKey& other) {
    *this = PublicKey(other);
    return *this;
}

Bytes PublicKey::to_der() const { return der_of(i2d_PUBKEY, key_.get()); }

std::string PublicKey::to_pem() const { return encode_pem("PUBLIC KEY", to_der()); }

std::string PublicKey::thumbprint() const {
    const std::string input = thumbprint_input(key_.get(), algorithm_);
    return encode_base64url(Digest::of(DigestAlgorithm::sha256, as_bytes(input)).bytes());
}

bool PublicKey::operator==(const PublicKey& other) const { return EVP_PKEY_eq(key_.get(), other.key_.get()) == 1; }

Result<void> PublicKey::verify_digest(const Digest& digest, SignatureScheme scheme, BytesView signature) const {
    if (algorithm_ == KeyAlgorithm::ed25519) return unacceptable("an ed25519 key signs messages, not digests");
    if (is_ec(algorithm_) != (scheme == SignatureScheme::ecdsa))
        return unacceptable("a key of kind " + std::string(to_string(algorithm_)) + " cannot have signed with " +
                            std::string(to_string(scheme)));
    const EVP_MD* hash = evp_digest(digest.algorithm());
    const Openssl<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
    if (!context || EVP_PKEY_verify_init(context.get()) != 1 || !set_padding(context.get(), scheme, hash) ||
        EVP_PKEY_CTX_set_signature_md(context.get(), hash) != 1)
        return openssl_failure(ErrorCode::internal, "the signature could not be checked");
    if (EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.bytes().data(),
                        digest.bytes().size()) != 1)
        return openssl_failure(ErrorCode::verification_failed, "the signature does not belong to this digest and key");
    return {};
}

}  // namespace seald
