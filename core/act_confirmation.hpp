// What a second person signs to confirm an act that somebody else asked for (resuming, cancelling, destroying a seal, …). A
// compact JWS of typ "seal-act+jwt": no approval and no proof of use can be taken for one, nor one for them. It names the act
// and the SHA-256 of its statement, in which everything stands that is confirmed; whether it counts is for daemon/policy.
#pragma once
#include "core/act_number.hpp"
#include "core/digest.hpp"
#include "core/jws.hpp"
#include "core/names.hpp"
#include "core/time.hpp"

namespace seald {

inline constexpr std::string_view act_confirmation_typ = "seal-act+jwt";

struct ActConfirmation {
    PersonId issuer;                              // iss
    std::string audience;                         // aud: the daemon's id
    std::string id;                               // jti: 1 to 128 clean characters
    Timestamp issued_at, not_before, expires_at;  // iat nbf exp, seconds; nbf may be absent (= iat)
    ActNumber act;
    Digest statement;                             // SHA-256 of its bytes

    std::string to_claims() const;
    // malformed; so are unknown claims, because nobody could say what was meant by signing them.
    static Result<ActConfirmation> from_claims(std::string_view payload);
};

// Decodes the payload without believing it.
Result<ActConfirmation> decode_unverified_act_confirmation(const UnverifiedJws& jws);
Result<std::string> sign_act_confirmation(const ActConfirmation& confirmation, const PrivateKey& key);

}  // namespace seald
