// read_spki of pkcs11/objects.hpp: a public key object's attributes put together to a SubjectPublicKeyInfo by OpenSSL.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include "core/keys.hpp"
#include "pkcs11/mechanisms.hpp"
#include "pkcs11/objects.hpp"

namespace seald {
namespace {

struct OpensslFree {
    void operator()(OSSL_PARAM_BLD* p) const { OSSL_PARAM_BLD_free(p); }
    void operator()(OSSL_PARAM* p) const { OSSL_PARAM_free(p); }
    void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
    void operator()(BIGNUM* p) const { BN_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, OpensslFree>;

// Empty when OpenSSL or core's list of algorithms does not take the key.
Bytes assemble(const char* type, OSSL_PARAM_BLD* builder) {
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder));
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* raw = nullptr;
    const bool made = parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                      EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
    EvpKey owner(raw);
    ERR_clear_error();
    if (!made) return {};
    auto key = PublicKey::from_evp(std::move(owner));
    return key ? key->to_der() : Bytes();
}

Bytes rsa_spki(const Bytes& modulus, const Bytes& exponent) {
    if (modulus.size() > 1024 || exponent.size() > 16) return {};
    const Owned<BIGNUM> n(BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr));
    const Owned<BIGNUM> e(BN_bin2bn(exponent.data(), static_cast<int>(exponent.size()), nullptr));
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    if (!n || !e || !builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return {};
    }
    return assemble("RSA", builder.get());
}

// CKA_EC_POINT is an OCTET STRING around the uncompressed point (PKCS#11 v2.40 mechanisms, section 2.3.3); some tokens
// leave the wrapping out.
BytesView unwrapped_point(BytesView point, std::size_t size) {
    const bool wrapped = point.size() == size + 2 && point[0] == 0x04 && point[1] == size;
    return wrapped ? point.subspan(2) : point;
}

Bytes ec_spki(const Bytes& parameters, const Bytes& point) {
    for (const auto& [algorithm, group, coordinate] :
         {std::tuple{KeyAlgorithm::ec_p256, "P-256", 32U}, std::tuple{KeyAlgorithm::ec_p384, "P-384", 48U}}) {
        if (generation_input(algorithm)->ec_parameters != parameters) continue;
        const auto raw = unwrapped_point(point, 1 + 2 * coordinate);
        const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
        if (raw.size() != 1 + 2 * coordinate || !builder ||
            OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1 ||
            OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, raw.data(), raw.size()) != 1) {
            return {};
        }
        return assemble("EC", builder.get());
    }
    return {};
}

}  // namespace

Outcome<Bytes> read_spki(const Session& session, CK_OBJECT_HANDLE public_key) {
    const auto read = [&](CK_ATTRIBUTE_TYPE type) { return read_attribute(session, public_key, type); };
    auto modulus = read(CKA_MODULUS);
    if (!modulus) return modulus.error();
    auto exponent = read(CKA_PUBLIC_EXPONENT);
    if (!exponent) return exponent.error();
    if (*modulus && *exponent) return rsa_spki(**modulus, **exponent);
    auto parameters = read(CKA_EC_PARAMS);
    if (!parameters) return parameters.error();
    auto point = read(CKA_EC_POINT);
    if (!point) return point.error();
    return *parameters && *point ? ec_spki(**parameters, **point) : Bytes();
}

}  // namespace seald
