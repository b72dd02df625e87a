#include "pkcs11/control.hpp"

#include "pkcs11/enrolled_token.hpp"

namespace seald {

using token_protocol::Failure;
using token_protocol::TokenInfo;
using token_protocol::UnlockRequest;

TokenInfo Control::hello() {
    if (still_logged_in()) return info(true);
    if (auto found = find(); !found) {
        TokenInfo absent;
        absent.why_absent = found.error().words;
        if (found.error().ckr != CKR_OK) absent.why_absent += " (" + to_reply(found.error()).ckr + ")";
        absent.why_absent.resize(std::min(absent.why_absent.size(), token_protocol::max_words_bytes));
        absent.trouble = pool_.trouble();
        return absent;
    }
    return info(false);
}

Outcome<token_protocol::PinKey> Control::pin_key() {
    auto spki = pin_key_.public_key();
    if (!spki) return spki.error();
    return token_protocol::PinKey{std::move(*spki)};
}

Outcome<TokenInfo> Control::unlock(const UnlockRequest& request) {
    if (still_logged_in()) return info(true);
    if (auto found = find(); !found) return found.error();
    if (auto same = check_device(token_.info, request.expected); !same) return same.error();
    auto pin = obtain_pin(request);
    if (!pin) return pin.error();
    const auto origin = request.sealed_pin.empty() ? PinOrigin::unattended : PinOrigin::person;
    remember_refused_pin(request);
    if (auto allowed = pin_rules_.check(token_.info, {*pin, origin, request}); !allowed) return allowed.error();
    auto logged_in = log_in_with(std::move(*pin), origin, request);
    if (!logged_in) return explain_pin_failure(logged_in.error());
    if (auto fresh = read_token_info(module_, token_.slot)) token_.info = *fresh;
    return info(true);
}

Outcome<TokenInfo> Control::lock() {
    if (auto ended = pool_.end(); !ended) return ended.error();
    return hello();
}

TokenInfo Control::info(bool logged_in) {
    auto described = describe(token_.info, logged_in);
    if (!logged_in) described.trouble = pool_.trouble();
    return described;
}

// The slot could hold another token by now: what is logged in must still be what was found.
bool Control::still_logged_in() {
    if (!pool_.logged_in()) return false;
    if (auto alive = pool_.check_login(); !alive) {
        pool_.lose(alive.error());
        return false;
    }
    const auto there = read_token_info(module_, token_.slot);
    if (!there || !same_token(*there, token_.info)) {
        pool_.lose(there ? refused(Failure::wrong_token, "another device is in the slot") : there.error());
        return false;
    }
    token_.info = *there;
    return true;
}

// First the simple way; then C_Finalize and C_Initialize, without which SoftHSM never sees a token again that was away.
// After a lost login at once: what the module remembers of the token is not to be trusted.
Outcome<void> Control::find() {
    const bool lost = !pool_.trouble().empty() && !std::exchange(lost_, true);
    static_cast<void>(pool_.end());  // a token that is gone cannot be logged out
    auto ready = lost ? module_.restart() : Outcome<void>();
    if (ready) ready = module_.make_ready();
    if (!ready) return ready;
    auto found = find_token(module_, selector_);
    if (!found) {
        if (auto restarted = module_.restart(); !restarted) return restarted;
        found = find_token(module_, selector_);
    }
    if (!found) return found.error();
    token_ = *found;
    return {};
}

Outcome<Secret> Control::obtain_pin(const UnlockRequest& request) const {
    return request.sealed_pin.empty() ? pin_source_.read() : pin_key_.decrypt(request.sealed_pin);
}

Outcome<void> Control::log_in_with(Secret pin, PinOrigin origin, const UnlockRequest& request) {
    auto anchor = Session::open(module_, token_.slot, SessionKind::read_only);
    if (!anchor) return anchor.error();
    if (auto same = check_shown_key(*anchor, request.expected); !same) return same;
    if (auto logged_in = log_in(*anchor, pin); !logged_in) {
        auto error = logged_in.error();
        pin_rules_.remember_failure({pin, origin, request}, error);
        return error;
    }
    if (auto proven = challenge(*anchor, &pin, request.expected); !proven) {
        anchor->api().C_Logout(anchor->handle());
        auto error = proven.error();
        error.pin_sent = true;
        return error;
    }
    auto needed = any_key_wants_its_pin(*anchor);
    if (!needed) return needed.error();
    // Elsewhere C_Login was all it was for, and it is wiped when this returns.
    lost_ = false;
    pool_.begin(token_.slot, std::move(*anchor), token_.info.ulMaxSessionCount, *needed ? std::move(pin) : Secret());
    return {};
}

// A PIN that was right at the login and wrong for a later signature is as refused as any other.
void Control::remember_refused_pin(const UnlockRequest& request) {
    const auto pin = pool_.take_refused_pin();
    if (!pin) return;
    auto error = failed_call("C_Login", CKR_PIN_INCORRECT);
    pin_rules_.remember_failure({*pin, PinOrigin::person, request}, error);
}

// After a wrong PIN people need to know how near the edge they are.
TokenError Control::explain_pin_failure(TokenError error) const {
    if (error.failure != Failure::pin_incorrect) return error;
    const auto there = read_token_info(module_, token_.slot);
    if (!there) return error;
    switch (pin_state(*there)) {
        case token_protocol::PinState::ok:
            break;
        case token_protocol::PinState::count_low:
            error.words += "; few tries are left";
            break;
        case token_protocol::PinState::final_try:
            error.words += "; ONE try is left: a wrong PIN locks the token. Be sure, then say --final-try";
            break;
        case token_protocol::PinState::locked:
            error.words += "; the token has locked its PIN: reset it with the vendor's tool and the PUK or SO PIN";
            break;
    }
    return error;
}

}  // namespace seald
