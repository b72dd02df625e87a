#include "pkcs11/signing.hpp"

#include <functional>

#include "pkcs11/login.hpp"
#include "pkcs11/mechanisms.hpp"

namespace seald {
namespace {

using token_protocol::Failure;

struct Attempt {
    Outcome<Bytes> raw;
    bool signing = false;  // C_Sign was called
};

using Authenticate = std::function<Outcome<void>(const Session&)>;

Attempt attempt(const Session& session, const FoundKey& key, SigningInput& input, const Authenticate& authenticate) {
    const auto& api = session.api();
    auto mechanism = input.mechanism_for_call();
    auto ckr = api.C_SignInit(session.handle(), &mechanism, key.object);
    if (ckr != CKR_OK) return {failed_call("C_SignInit", ckr)};
    if (key.always_authenticate)
        if (auto known = authenticate(session); !known) return {known.error()};
    Bytes raw(token_protocol::max_signature_bytes);
    CK_ULONG size = raw.size();
    ckr = api.C_Sign(session.handle(), input.data.data(), input.data.size(), raw.data(), &size);
    if (ckr != CKR_OK) return {failed_call("C_Sign", ckr), true};
    if (size > raw.size())
        return {refused(Failure::token_failed, "the module wrote a signature longer than its buffer"), true};
    raw.resize(size);
    return {std::move(raw), true};
}

Attempt attempt(SigningSession& signer, const Bytes& key_id, SigningInput& input, const Authenticate& authenticate) {
    const auto key = signer.key(key_id);
    if (!key) return {key.error()};
    return attempt(signer.session, *key, input, authenticate);
}

}  // namespace

Outcome<token_protocol::Signature> sign(SessionPool& pool, const token_protocol::SignRequest& request) {
    auto input = signing_input(request);
    if (!input) return input.error();
    std::string renewed;
    for (;;) {
        auto loan = pool.borrow();
        if (!loan) return loan.error();
        auto made = attempt(**loan, request.key_id, *input, [&pool](const Session& session) { return pool.authenticate(session); });
        if (made.raw) {
            auto value = finished_signature(request.key_algorithm, *made.raw);
            if (!value) return value.error();
            return token_protocol::Signature{std::move(*value), std::move(renewed)};
        }
        loan->discard_after(made.raw.error());
        // Nothing was signed on a session that was stale: one more, on a new one, if the login still stands.
        const bool stale = !made.signing && means_stale_session(made.raw.error().ckr);
        if (!stale || !renewed.empty() || !pool.logged_in()) return made.raw.error();
        renewed = trace_of(made.raw.error());
    }
}

Outcome<Bytes> sign_once(const Session& session, const token_protocol::SignRequest& request, const Secret* pin) {
    auto input = signing_input(request);
    if (!input) return input.error();
    const auto key = find_private_key(session, request.key_id);
    if (!key) return key.error();
    auto made = attempt(session, *key, *input, [pin](const Session& operation) -> Outcome<void> {
        if (pin != nullptr) return log_in_for_operation(operation, *pin);
        return refused(Failure::token_locked, "this key wants its PIN for every signature: unlock the token again");
    });
    if (!made.raw) return made.raw.error();
    return finished_signature(request.key_algorithm, *made.raw);
}

}  // namespace seald
