// The rules for a PIN before it may be shown to a token, and C_Login itself. A token that would lock itself at the next
// mistake gets a PIN from a person who insists and from nobody else, and a PIN that was wrong once is not sent again.
#pragma once
#include <vector>

#include "core/secret.hpp"
#include "pkcs11/session.hpp"

namespace seald {

enum class PinOrigin { person, unattended };

struct PinAttempt {
    const Secret& pin;
    PinOrigin origin;
    const token_protocol::UnlockRequest& request;  // with the prints of PINs that were refused in earlier processes
};

class PinRules {
  public:
    PinRules();
    // pin_rejected, pin_locked or pin_incorrect when this PIN must not be sent to a token in this state.
    Outcome<void> check(const CK_TOKEN_INFO& info, const PinAttempt& attempt) const;
    // The token's answer to it: `error` gets the print when the token said that the PIN is wrong.
    void remember_failure(const PinAttempt& attempt, TokenError& error);

  private:
    struct Refused {
        Bytes print;
        bool certain;  // the token said that the PIN is wrong, rather than failing in some other way
    };
    Outcome<void> check_not_refused(const PinAttempt& attempt) const;
    Bytes print_of(const PinAttempt& attempt) const;

    Bytes own_salt_;  // for requests that bring none
    std::vector<Refused> refused_;
};

// Logs in the token (all of this process's sessions). Already being logged in is fine.
Outcome<void> log_in(const Session& session, const Secret& pin);
// For a key that wants its PIN for each signature (CKA_ALWAYS_AUTHENTICATE), between C_SignInit and C_Sign.
Outcome<void> log_in_for_operation(const Session& session, const Secret& pin);

}  // namespace seald
