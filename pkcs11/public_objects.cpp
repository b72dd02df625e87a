#include "pkcs11/public_objects.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "pkcs11/mechanisms.hpp"

namespace seald {
namespace {

using token_protocol::Failure;

Bytes number(const PublicKey& key, const char* name) {
    BIGNUM* raw = nullptr;
    EVP_PKEY_get_bn_param(key.evp(), name, &raw);
    const std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> value(raw, BN_free);
    Bytes bytes(value ? static_cast<std::size_t>(BN_num_bytes(value.get())) : 0);
    if (value) BN_bn2bin(value.get(), bytes.data());
    return bytes;
}

// CKA_EC_POINT is an OCTET STRING around the uncompressed point (PKCS#11 v2.40 mechanisms, section 2.3.3); both curves'
// points are shorter than 128 bytes, so that the length takes one.
Bytes wrapped_point(const PublicKey& key) {
    Bytes point(200);
    std::size_t size = 0;
    if (EVP_PKEY_get_octet_string_param(key.evp(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &size) != 1) return {};
    Bytes wrapped{0x04, static_cast<std::uint8_t>(size)};
    wrapped.insert(wrapped.end(), point.begin(), point.begin() + static_cast<std::ptrdiff_t>(size));
    return wrapped;
}

Outcome<CK_OBJECT_HANDLE> create(const Session& session, std::vector<CK_ATTRIBUTE> attributes) {
    CK_OBJECT_HANDLE object = 0;
    const auto ckr = session.api().C_CreateObject(session.handle(), attributes.data(), attributes.size(), &object);
    if (ckr != CKR_OK) return failed_call("C_CreateObject", ckr);
    return object;
}

}  // namespace

Outcome<CK_OBJECT_HANDLE> create_public_key(const Session& session, const PublicKey& key,
                                            std::vector<CK_ATTRIBUTE> attributes) {
    CK_OBJECT_CLASS public_key = CKO_PUBLIC_KEY;
    CK_KEY_TYPE type = is_rsa(key.algorithm()) ? CKK_RSA : CKK_EC;
    attributes.push_back({CKA_CLASS, &public_key, sizeof public_key});
    attributes.push_back({CKA_KEY_TYPE, &type, sizeof type});
    if (is_rsa(key.algorithm())) {
        auto modulus = number(key, OSSL_PKEY_PARAM_RSA_N), exponent = number(key, OSSL_PKEY_PARAM_RSA_E);
        attributes.push_back({CKA_MODULUS, modulus.data(), modulus.size()});
        attributes.push_back({CKA_PUBLIC_EXPONENT, exponent.data(), exponent.size()});
        return create(session, std::move(attributes));
    }
    auto curve = generation_input(key.algorithm());
    if (!curve) return curve.error();
    auto point = wrapped_point(key);
    attributes.push_back({CKA_EC_PARAMS, curve->ec_parameters.data(), curve->ec_parameters.size()});
    attributes.push_back({CKA_EC_POINT, point.data(), point.size()});
    return create(session, std::move(attributes));
}

}  // namespace seald
