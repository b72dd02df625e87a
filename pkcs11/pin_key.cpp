#include "pkcs11/pin_key.hpp"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "core/keys.hpp"

namespace seald {
namespace {

using token_protocol::Failure;
using Context = std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)>;

TokenError not_for_us() {
    return refused(
        Failure::pin_rejected,
        "the PIN was not encrypted to this token process's key; it is made anew at every start: ask for it again");
}

}  // namespace

Outcome<Bytes> PinKeyPair::public_key() {
    if (!key_) {
        key_.reset(EVP_RSA_gen(3072));
        if (!key_) return refused(Failure::token_failed, "no key for the PIN could be made");
    }
    EVP_PKEY_up_ref(key_.get());
    auto key = PublicKey::from_evp(EvpKey(key_.get()));
    if (!key) return refused(Failure::token_failed, key.error().message);
    return key->to_der();
}

Outcome<Secret> PinKeyPair::decrypt(BytesView sealed_pin) const {
    if (!key_) return not_for_us();
    const Context context(EVP_PKEY_CTX_new(key_.get(), nullptr), EVP_PKEY_CTX_free);
    std::vector<char> pin(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
    auto size = pin.size();
    const bool decrypted = context && EVP_PKEY_decrypt_init(context.get()) == 1 &&
                           EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) == 1 &&
                           EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) == 1 &&
                           EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha256()) == 1 &&
                           EVP_PKEY_decrypt(context.get(), reinterpret_cast<unsigned char*>(pin.data()), &size,
                                            sealed_pin.data(), sealed_pin.size()) == 1;
    ERR_clear_error();
    pin.resize(decrypted ? size : 0);
    Secret secret(std::move(pin));
    if (!decrypted) return not_for_us();
    return secret;
}

}  // namespace seald
