#include "pkcs11/mechanism_names.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace seald {
namespace {

using token_protocol::Failure;

struct Named {
    CK_MECHANISM_TYPE type;
    std::string_view name;
};

// Those that say something about a token that holds seals.
#define NAMED(mechanism) \
    Named { mechanism, #mechanism }
constexpr std::array known{
    NAMED(CKM_RSA_PKCS_KEY_PAIR_GEN), NAMED(CKM_RSA_PKCS), NAMED(CKM_RSA_9796), NAMED(CKM_RSA_X_509),
    NAMED(CKM_SHA1_RSA_PKCS), NAMED(CKM_RSA_PKCS_OAEP), NAMED(CKM_RSA_X9_31_KEY_PAIR_GEN), NAMED(CKM_RSA_X9_31),
    NAMED(CKM_SHA1_RSA_X9_31), NAMED(CKM_RSA_PKCS_PSS), NAMED(CKM_SHA1_RSA_PKCS_PSS),
    NAMED(CKM_DH_PKCS_KEY_PAIR_GEN), NAMED(CKM_DH_PKCS_DERIVE), NAMED(CKM_SHA256_RSA_PKCS),
    NAMED(CKM_SHA384_RSA_PKCS), NAMED(CKM_SHA512_RSA_PKCS), NAMED(CKM_SHA256_RSA_PKCS_PSS),
    NAMED(CKM_SHA384_RSA_PKCS_PSS), NAMED(CKM_SHA512_RSA_PKCS_PSS), NAMED(CKM_SHA_1), NAMED(CKM_SHA_1_HMAC),
    NAMED(CKM_SHA256), NAMED(CKM_SHA256_HMAC), NAMED(CKM_SHA384), NAMED(CKM_SHA384_HMAC), NAMED(CKM_SHA512),
    NAMED(CKM_SHA512_HMAC), NAMED(CKM_GENERIC_SECRET_KEY_GEN), NAMED(CKM_ECDSA_KEY_PAIR_GEN),
    NAMED(CKM_EC_KEY_PAIR_GEN), NAMED(CKM_ECDSA), NAMED(CKM_ECDSA_SHA1), NAMED(CKM_ECDSA_SHA224),
    NAMED(CKM_ECDSA_SHA256), NAMED(CKM_ECDSA_SHA384), NAMED(CKM_ECDSA_SHA512), NAMED(CKM_ECDH1_DERIVE),
    NAMED(CKM_ECDH1_COFACTOR_DERIVE), NAMED(CKM_ECMQV_DERIVE), NAMED(CKM_ECDH_AES_KEY_WRAP),
    NAMED(CKM_RSA_AES_KEY_WRAP), NAMED(CKM_AES_KEY_GEN), NAMED(CKM_AES_ECB), NAMED(CKM_AES_CBC),
    NAMED(CKM_AES_CBC_PAD), NAMED(CKM_AES_CTR), NAMED(CKM_AES_GCM), NAMED(CKM_AES_CMAC),
    NAMED(CKM_AES_ECB_ENCRYPT_DATA), NAMED(CKM_AES_CBC_ENCRYPT_DATA), NAMED(CKM_DH_PKCS_PARAMETER_GEN),
    NAMED(CKM_SHA224), NAMED(CKM_SHA224_HMAC), NAMED(CKM_SHA224_RSA_PKCS), NAMED(CKM_SHA224_RSA_PKCS_PSS),
    NAMED(CKM_AES_KEY_WRAP), NAMED(CKM_AES_KEY_WRAP_PAD), NAMED(CKM_RSA_PKCS_TPM_1_1),
    NAMED(CKM_RSA_PKCS_OAEP_TPM_1_1), NAMED(CKM_EC_EDWARDS_KEY_PAIR_GEN), NAMED(CKM_EDDSA)};
#undef NAMED

std::string name_of(CK_MECHANISM_TYPE type) {
    const auto found = std::ranges::find(known, type, &Named::type);
    if (found != known.end()) return std::string(found->name);
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), "0x%lx", type);
    return number.data();
}

}  // namespace

Outcome<std::vector<std::string>> mechanism_names(Module& module, CK_SLOT_ID slot) {
    CK_ULONG count = 0;
    auto ckr = module.api().C_GetMechanismList(slot, nullptr, &count);
    if (ckr != CKR_OK) return failed_call("C_GetMechanismList", ckr);
    if (count > 4096) return refused(Failure::token_failed, "the module lists more than 4096 mechanisms");
    std::vector<CK_MECHANISM_TYPE> types(count);
    ckr = module.api().C_GetMechanismList(slot, types.data(), &count);
    if (ckr != CKR_OK) return failed_call("C_GetMechanismList", ckr);
    types.resize(std::min<std::size_t>(types.size(), count));
    std::vector<std::string> names;
    for (const auto type : types) names.push_back(name_of(type));
    std::ranges::sort(names);
    names.resize(std::min(names.size(), token_protocol::max_mechanisms));
    return names;
}

}  // namespace seald
