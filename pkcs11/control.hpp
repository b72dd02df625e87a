// What the token is, unlocking and locking it. One thread calls it. It is also what repairs: when the token was gone, the
// next look or `unlock` looks for it again, at last with a module initialised anew.
#pragma once
#include "pkcs11/login.hpp"
#include "pkcs11/pin_key.hpp"
#include "pkcs11/pin_source.hpp"
#include "pkcs11/session_pool.hpp"
#include "pkcs11/token.hpp"

namespace seald {

class Control {
  public:
    Control(Module& module, SessionPool& pool, TokenSelector selector, PinSource pin_source)
        : module_(module), pool_(pool), selector_(std::move(selector)), pin_source_(std::move(pin_source)) {}

    // Does not log in. A token that is not there is an answer, not a failure.
    token_protocol::TokenInfo hello();
    Outcome<token_protocol::PinKey> pin_key();
    Outcome<token_protocol::TokenInfo> unlock(const token_protocol::UnlockRequest& request);
    // When this returns, no signature is being made and no session is open.
    Outcome<token_protocol::TokenInfo> lock();

  private:
    bool still_logged_in();
    Outcome<void> find();
    token_protocol::TokenInfo info(bool logged_in);
    Outcome<Secret> obtain_pin(const token_protocol::UnlockRequest& request) const;
    Outcome<void> log_in_with(Secret pin, PinOrigin origin, const token_protocol::UnlockRequest& request);
    void remember_refused_pin(const token_protocol::UnlockRequest& request);
    TokenError explain_pin_failure(TokenError error) const;

    Module& module_;
    SessionPool& pool_;
    const TokenSelector selector_;
    const PinSource pin_source_;
    PinKeyPair pin_key_;
    PinRules pin_rules_;
    FoundToken token_;  // as last found
    bool lost_ = false;  // the last login ended by itself
};

}  // namespace seald
