#include "pkcs11/control.hpp"

namespace seald {

using token_protocol::Failure;
using token_protocol::TokenInfo;

Outcome<TokenInfo> Control::hello() {
    if (still_logged_in()) return describe(token_.info, true);
    if (auto found = find(); !found) {
        TokenInfo absent;
        absent.why_absent = found.error().words;
        if (found.error().ckr != CKR_OK) absent.why_absent += " (" + to_reply(found.error()).ckr + ")";
        absent.why_absent.resize(std::min(absent.why_absent.size(), token_protocol::max_words_bytes));
        return absent;
    }
    return describe(token_.info, false);
}

Outcome<token_protocol::PinKey> Control::pin_key() {
    auto spki = pin_key_.public_key();
    if (!spki) return spki.error();
    return token_protocol::PinKey{std::move(*spki)};
}

Outcome<TokenInfo> Control::unlock(const token_protocol::UnlockRequest& request) {
    if (still_logged_in()) return describe(token_.info, true);
    if (auto found = find(); !found) return found.error();
    auto pin = obtain_pin(request);
    if (!pin) return pin.error();
    const auto origin = request.sealed_pin.empty() ? PinOrigin::unattended : PinOrigin::person;
    if (auto allowed = pin_rules_.check(token_.info, *pin, origin); !allowed) return allowed.error();
    auto logged_in = log_in_with(*pin, origin);
    *pin = Secret();  // wiped: C_Login was all it was for
    if (!logged_in) return explain_pin_failure(logged_in.error());
    if (auto info = read_token_info(module_, token_.slot)) token_.info = *info;
    return describe(token_.info, true);
}

Outcome<TokenInfo> Control::lock() {
    if (auto ended = pool_.end(); !ended) return ended.error();
    return hello();
}

Outcome<token_protocol::KeyList> Control::list_keys() {
    auto loan = pool_.borrow();
    if (!loan) return loan.error();
    auto keys = seald::list_keys((**loan).session);
    if (!keys) loan->discard_after(keys.error());
    return keys;
}

Outcome<token_protocol::GeneratedKey> Control::generate(const token_protocol::GenerateRequest& request) {
    if (!pool_.logged_in()) return failed_call({}, CKR_USER_NOT_LOGGED_IN);
    const auto session = Session::open(module_, token_.slot, SessionKind::read_write);
    if (!session) return session.error();
    return generate_key(*session, request);
}

// The slot could hold another token by now: what is logged in must still be what was found.
bool Control::still_logged_in() {
    if (!pool_.logged_in() || !pool_.login_is_alive()) return false;
    const auto info = read_token_info(module_, token_.slot);
    if (!info || !same_token(*info, token_.info)) return false;
    token_.info = *info;
    return true;
}

// First the simple way; then C_Finalize and C_Initialize, without which SoftHSM never sees a token again that was away.
Outcome<void> Control::find() {
    static_cast<void>(pool_.end());  // a token that is gone cannot be logged out
    if (auto ready = module_.make_ready(); !ready) return ready;
    auto found = find_token(module_, selector_);
    if (!found) {
        if (auto restarted = module_.restart(); !restarted) return restarted;
        found = find_token(module_, selector_);
    }
    if (!found) return found.error();
    token_ = *found;
    return {};
}

Outcome<Secret> Control::obtain_pin(const token_protocol::UnlockRequest& request) const {
    return request.sealed_pin.empty() ? pin_source_.read() : pin_key_.decrypt(request.sealed_pin);
}

Outcome<void> Control::log_in_with(const Secret& pin, PinOrigin origin) {
    auto anchor = Session::open(module_, token_.slot, SessionKind::read_only);
    if (!anchor) return anchor.error();
    if (auto logged_in = log_in(*anchor, pin); !logged_in) {
        pin_rules_.remember_failure(pin, origin, logged_in.error().ckr);
        return logged_in;
    }
    pool_.begin(token_.slot, std::move(*anchor), token_.info.ulMaxSessionCount);
    return {};
}

// After a wrong PIN people need to know how near the edge they are.
TokenError Control::explain_pin_failure(TokenError error) const {
    if (error.failure != Failure::pin_incorrect) return error;
    const auto info = read_token_info(module_, token_.slot);
    if (!info) return error;
    switch (pin_state(*info)) {
        case token_protocol::PinState::ok:
            break;
        case token_protocol::PinState::count_low:
            error.words += "; few tries are left";
            break;
        case token_protocol::PinState::final_try:
            error.words += "; one try is left, which seald never spends: use the vendor's tool with the right PIN";
            break;
        case token_protocol::PinState::locked:
            error.words += "; the token has locked its PIN: reset it with the vendor's tool and the PUK or SO PIN";
            break;
    }
    return error;
}

}  // namespace seald
