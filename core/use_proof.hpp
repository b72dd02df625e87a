// The proof of use: what whoever asks for signatures signs with his own key, so that who used the seal cannot deny it
// (誰使用、誰負責). A compact JWS of typ "seal-use+jwt": no approval can be taken for one, nor one for an approval.
#pragma once
#include "core/approval.hpp"

namespace seald {

inline constexpr std::string_view use_proof_typ = "seal-use+jwt";

struct UseProof {
    PersonId issuer;                               // iss: who asks
    std::string audience;                          // aud: the daemon's id
    std::string id;                                // jti: 1 to 128 clean characters, of one proof only
    Timestamp issued_at, not_before, expires_at;   // iat nbf exp, seconds; nbf may be absent (= iat)
    std::string request_id;
    SealName seal;
    std::optional<ApplicationNumber> application;  // either an application ...
    std::vector<Digest> approvals;                 // ... or the SHA-256 of each approval token, in the request's order
    std::vector<ApprovedDocument> documents;       // in the request's order
    std::string format;
    std::string purpose;                           // may be empty

    std::string to_claims() const;
    // malformed; so are unknown claims, because nobody could say what was meant by signing them.
    static Result<UseProof> from_claims(std::string_view payload);
};

// Decodes the payload without believing it.
Result<UseProof> decode_unverified_use_proof(const UnverifiedJws& jws);
Result<std::string> sign_use_proof(const UseProof& proof, const PrivateKey& key);

}  // namespace seald
