#include "pkcs11/key_transfer.hpp"

#include <array>

#include "pkcs11/enrolled_token.hpp"
#include "pkcs11/mechanisms.hpp"
#include "pkcs11/objects.hpp"
#include "pkcs11/public_objects.hpp"

namespace seald {
namespace {

using token_protocol::Failure;
using token_protocol::GeneratedKey;
using token_protocol::UnwrapRequest;
using token_protocol::WrappedKey;
using token_protocol::WrappingKey;
using token_protocol::WrapRequest;

// PKCS#11 v2.40 mechanisms, section 2.15: CKM_AES_KEY_WRAP_PAD. p11-kit's header lacks it.
constexpr CK_MECHANISM_TYPE aes_key_wrap_pad = 0x210A;

CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
CK_ATTRIBUTE on(CK_ATTRIBUTE_TYPE type) { return {type, &yes, sizeof yes}; }
CK_ATTRIBUTE off(CK_ATTRIBUTE_TYPE type) { return {type, &no, sizeof no}; }

// SHA-1 only in the mask and the label's hash, where no collision helps: it is what tokens agree on.
CK_RSA_PKCS_OAEP_PARAMS oaep_parameters() {
    CK_RSA_PKCS_OAEP_PARAMS parameters{};
    parameters.hashAlg = CKM_SHA_1;
    parameters.mgf = CKG_MGF1_SHA1;
    parameters.source = CKZ_DATA_SPECIFIED;
    return parameters;
}

Outcome<CK_OBJECT_HANDLE> make_aes_key(const Session& session) {
    CK_ULONG length = 32;
    std::vector<CK_ATTRIBUTE> attributes{off(CKA_TOKEN),     on(CKA_SENSITIVE), on(CKA_EXTRACTABLE),
                                         on(CKA_WRAP),       {CKA_VALUE_LEN, &length, sizeof length}};
    CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
    CK_OBJECT_HANDLE key = 0;
    const auto ckr =
        session.api().C_GenerateKey(session.handle(), &mechanism, attributes.data(), attributes.size(), &key);
    if (ckr != CKR_OK) return failed_call("C_GenerateKey", ckr);
    return key;
}

Outcome<Bytes> wrap(const Session& session, CK_MECHANISM mechanism, CK_OBJECT_HANDLE with, CK_OBJECT_HANDLE key) {
    Bytes wrapped(token_protocol::max_wrapped_bytes);
    CK_ULONG size = wrapped.size();
    const auto ckr = session.api().C_WrapKey(session.handle(), &mechanism, with, key, wrapped.data(), &size);
    if (ckr != CKR_OK) return failed_call("C_WrapKey", ckr);
    if (size > wrapped.size()) return refused(Failure::token_failed, "the module wrote more than its buffer holds");
    wrapped.resize(size);
    return wrapped;
}

Outcome<CK_OBJECT_HANDLE> unwrap_with(const Session& session, CK_MECHANISM mechanism, CK_OBJECT_HANDLE with, Bytes wrapped,
                                      std::vector<CK_ATTRIBUTE> attributes) {
    CK_OBJECT_HANDLE key = 0;
    const auto ckr = session.api().C_UnwrapKey(session.handle(), &mechanism, with, wrapped.data(), wrapped.size(),
                                               attributes.data(), attributes.size(), &key);
    if (ckr != CKR_OK) return failed_call("C_UnwrapKey", ckr);
    return key;
}

Outcome<CK_OBJECT_HANDLE> unwrap_aes_key(const Session& session, CK_OBJECT_HANDLE rsa_key, const Bytes& wrapped) {
    CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
    CK_KEY_TYPE aes = CKK_AES;
    auto oaep = oaep_parameters();
    return unwrap_with(session, {CKM_RSA_PKCS_OAEP, &oaep, sizeof oaep}, rsa_key, wrapped,
                       {{CKA_CLASS, &secret, sizeof secret},
                        {CKA_KEY_TYPE, &aes, sizeof aes},
                        off(CKA_TOKEN),
                        on(CKA_SENSITIVE),
                        off(CKA_EXTRACTABLE),
                        on(CKA_UNWRAP)});
}

Outcome<CK_OBJECT_HANDLE> unwrap_private_key(const Session& session, CK_OBJECT_HANDLE aes_key, const UnwrapRequest& request,
                                             KeyAlgorithm algorithm) {
    CK_OBJECT_CLASS private_key = CKO_PRIVATE_KEY;
    CK_KEY_TYPE type = is_rsa(algorithm) ? CKK_RSA : CKK_EC;
    Bytes id = request.key_id;
    std::string label = request.label;
    return unwrap_with(session, {aes_key_wrap_pad, nullptr, 0}, aes_key, request.wrapped_key,
                       {{CKA_CLASS, &private_key, sizeof private_key},
                        {CKA_KEY_TYPE, &type, sizeof type},
                        on(CKA_TOKEN),
                        on(CKA_PRIVATE),
                        on(CKA_SENSITIVE),
                        off(CKA_EXTRACTABLE),
                        on(CKA_SIGN),
                        {CKA_ID, id.data(), id.size()},
                        {CKA_LABEL, label.data(), label.size()}});
}

// The public half beside it, the attributes read back, and a signature that the public half verifies.
Outcome<GeneratedKey> complete(const Session& session, KeyPair& pair, const UnwrapRequest& request, const PublicKey& key) {
    Bytes id = request.key_id;
    std::string label = request.label;
    const auto public_key = create_public_key(
        session, key,
        {on(CKA_TOKEN), on(CKA_VERIFY), {CKA_ID, id.data(), id.size()}, {CKA_LABEL, label.data(), label.size()}});
    if (!public_key) return public_key.error();
    pair.public_key = *public_key;
    auto stored = read_back(session, pair, false);
    if (!stored) return stored;
    token_protocol::ExpectedToken expected;
    expected.key_id = request.key_id;
    expected.spki = request.spki;
    if (auto proven = challenge(session, nullptr, expected); !proven) return proven.error();
    return stored;
}

}  // namespace

Outcome<WrappedKey> wrap_key(const Session& session, const WrapRequest& request) {
    const auto key = find_private_key(session, request.key_id);
    if (!key) return key.error();
    const auto receiver = PublicKey::from_der(request.wrapping_spki);
    if (!receiver || !is_rsa(receiver->algorithm())) return refused(Failure::bad_request, "the wrapping key is not RSA");
    const auto rsa_key = create_public_key(session, *receiver, {off(CKA_TOKEN), on(CKA_WRAP), on(CKA_ENCRYPT)});
    if (!rsa_key) return rsa_key.error();
    const auto aes_key = make_aes_key(session);
    if (!aes_key) return aes_key.error();
    auto oaep = oaep_parameters();
    auto wrapped_secret = wrap(session, {CKM_RSA_PKCS_OAEP, &oaep, sizeof oaep}, *rsa_key, *aes_key);
    if (!wrapped_secret) return wrapped_secret.error();
    auto wrapped_key = wrap(session, {aes_key_wrap_pad, nullptr, 0}, *aes_key, key->object);
    if (!wrapped_key) return wrapped_key.error();
    return WrappedKey{std::move(*wrapped_secret), std::move(*wrapped_key)};
}

Outcome<WrappingKey> KeyTransfer::make_wrapping_key(Module& module, CK_SLOT_ID slot) {
    auto session = Session::open(module, slot, SessionKind::read_write);
    if (!session) return session.error();
    CK_ULONG bits = 3072;
    std::array<CK_BYTE, 3> exponent{1, 0, 1};  // 65537
    std::vector<CK_ATTRIBUTE> public_part{off(CKA_TOKEN),
                                          on(CKA_WRAP),
                                          on(CKA_ENCRYPT),
                                          {CKA_MODULUS_BITS, &bits, sizeof bits},
                                          {CKA_PUBLIC_EXPONENT, exponent.data(), exponent.size()}};
    std::vector<CK_ATTRIBUTE> private_part{off(CKA_TOKEN),     on(CKA_PRIVATE), on(CKA_SENSITIVE),
                                           off(CKA_EXTRACTABLE), on(CKA_UNWRAP), on(CKA_DECRYPT)};
    CK_MECHANISM mechanism{CKM_RSA_PKCS_KEY_PAIR_GEN, nullptr, 0};
    CK_OBJECT_HANDLE public_key = 0, private_key = 0;
    const auto ckr = session->api().C_GenerateKeyPair(session->handle(), &mechanism, public_part.data(), public_part.size(),
                                                      private_part.data(), private_part.size(), &public_key, &private_key);
    if (ckr != CKR_OK) return failed_call("C_GenerateKeyPair", ckr);
    auto spki = read_spki(*session, public_key);
    if (!spki) return spki.error();
    const std::scoped_lock lock(mutex_);
    pair_.emplace(WrappingPair{std::move(*session), private_key});
    return WrappingKey{std::move(*spki)};
}

Outcome<GeneratedKey> KeyTransfer::unwrap(const Session& session, const UnwrapRequest& request) {
    const std::scoped_lock lock(mutex_);
    const auto pair = std::exchange(pair_, std::nullopt);  // one transfer each
    if (!pair) return refused(Failure::bad_request, "no key is on its way to this token");
    const auto public_key = PublicKey::from_der(request.spki);
    if (!public_key) return refused(Failure::bad_request, "the key that is to come in is of a kind that seald does not know");
    if (auto is_free = check_id_is_free(session, request.key_id); !is_free) return is_free.error();
    const auto aes_key = unwrap_aes_key(pair->session, pair->private_key, request.wrapped_secret);
    if (!aes_key) return aes_key.error();
    KeyPair made;
    const auto private_key = unwrap_private_key(pair->session, *aes_key, request, public_key->algorithm());
    if (!private_key) return private_key.error();
    made.private_key = *private_key;
    auto stored = complete(pair->session, made, request, *public_key);
    if (stored) return stored;
    auto reason = stored.error();
    destroy_pair(pair->session, made, reason);
    return reason;
}

}  // namespace seald
