// The rules for a PIN before it may be shown to a token, and C_Login itself. A token that would lock itself at the next
// mistake gets no PIN from us, and a PIN that was wrong once is not sent again while this process lives.
#pragma once
#include <array>
#include <vector>

#include "core/secret.hpp"
#include "pkcs11/session.hpp"

namespace seald {

enum class PinOrigin { person, unattended };

class PinRules {
  public:
    PinRules();
    // pin_rejected, pin_locked or pin_incorrect when this PIN must not be sent to a token in this state.
    Outcome<void> check(const CK_TOKEN_INFO& info, const Secret& pin, PinOrigin origin) const;
    // What C_Login said about it.
    void remember_failure(const Secret& pin, PinOrigin origin, CK_RV ckr);

  private:
    using Fingerprint = std::array<std::uint8_t, 32>;
    struct Refused {
        Fingerprint fingerprint;
        bool certain;  // the token said that the PIN is wrong, rather than failing in some other way
    };
    Fingerprint fingerprint(const Secret& pin) const;

    std::array<std::uint8_t, 32> salt_;
    std::vector<Refused> refused_;
};

// Logs in the token (all of this process's sessions). Already being logged in is fine.
Outcome<void> log_in(const Session& session, const Secret& pin);

}  // namespace seald
