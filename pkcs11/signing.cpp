#include "pkcs11/signing.hpp"

#include "pkcs11/mechanisms.hpp"

namespace seald {
namespace {

using token_protocol::Failure;

Outcome<Bytes> sign_with(SigningSession& signer, const Bytes& key_id, SigningInput& input) {
    auto key = signer.key(key_id);
    if (!key) return key.error();
    const auto& api = signer.session.api();
    auto mechanism = input.mechanism_for_call();
    auto ckr = api.C_SignInit(signer.session.handle(), &mechanism, *key);
    if (ckr != CKR_OK) return failed_call("C_SignInit", ckr);
    Bytes raw(token_protocol::max_signature_bytes);
    CK_ULONG size = raw.size();
    ckr = api.C_Sign(signer.session.handle(), input.data.data(), input.data.size(), raw.data(), &size);
    if (ckr != CKR_OK) return failed_call("C_Sign", ckr);
    if (size > raw.size()) return refused(Failure::token_failed, "the module wrote a signature longer than its buffer");
    raw.resize(size);
    return raw;
}

}  // namespace

Outcome<token_protocol::Signature> sign(SessionPool& pool, const token_protocol::SignRequest& request) {
    auto input = signing_input(request);
    if (!input) return input.error();
    auto loan = pool.borrow();
    if (!loan) return loan.error();
    auto raw = sign_with(**loan, request.key_id, *input);
    if (!raw) {
        auto error = raw.error();
        if (error.ckr == CKR_USER_NOT_LOGGED_IN && pool.login_is_alive()) {
            error.failure = Failure::unsupported;
            error.words = "this key wants its PIN for every signature (CKA_ALWAYS_AUTHENTICATE): use another key";
        }
        loan->discard_after(error);
        return error;
    }
    auto value = finished_signature(request.key_algorithm, *raw);
    if (!value) return value.error();
    return token_protocol::Signature{std::move(*value)};
}

}  // namespace seald
