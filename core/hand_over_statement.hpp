// What each of the three signs when a seal changes hands (移交): who gives, who receives, who supervises. A compact JWS of typ
// "seal-hand-over+jwt": no approval and no proof of use can be taken for one, nor one for them.
#pragma once
#include "core/jws.hpp"
#include "core/names.hpp"
#include "core/time.hpp"

namespace seald {

inline constexpr std::string_view hand_over_typ = "seal-hand-over+jwt";

enum class HandOverPart { give, receive, supervise };
std::string_view to_string(HandOverPart part);  // "give" "receive" "supervise"
Result<HandOverPart> decode_hand_over_part(std::string_view text);

struct HandOverStatement {
    PersonId issuer;                  // iss
    std::string audience;             // aud: the daemon's id
    std::string id;                   // jti: 1 to 128 clean characters
    Timestamp issued_at, expires_at;  // iat exp, seconds
    HandOverPart part = HandOverPart::give;
    std::uint64_t hand_over = 0;      // its number; 0 for `give`, which begins it
    SealName seal;
    PersonId giver, receiver, supervisor;
    std::string reason;

    std::string to_claims() const;
    // malformed; so are unknown claims, because nobody could say what was meant by signing them.
    static Result<HandOverStatement> from_claims(std::string_view payload);
};

// Decodes the payload without believing it.
Result<HandOverStatement> decode_unverified_hand_over(const UnverifiedJws& jws);

}  // namespace seald
