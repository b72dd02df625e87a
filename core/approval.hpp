// The approval token (用印憑證): what a reviewer or approver signs. A compact JWS of typ "seal-approval+jwt" that any JOSE
// library can mint. This file knows its shape; whether it counts is for daemon/policy to judge.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/jws.hpp"
#include "core/names.hpp"
#include "core/time.hpp"

namespace seald {

inline constexpr std::string_view approval_typ = "seal-approval+jwt";
inline constexpr std::size_t max_documents = 1000;  // in one application, approval or request

enum class Decision { approve, reject, return_ };
std::string_view to_string(Decision decision);  // "approve" "reject" "return"
Result<Decision> decode_decision(std::string_view text);

struct ApprovedDocument {
    Digest digest;
    std::string name;  // may be empty
    friend bool operator==(const ApprovedDocument&, const ApprovedDocument&) = default;
};

struct Approval {
    PersonId issuer;                               // iss
    std::string audience;                          // aud: the daemon's id
    PersonId applicant;                            // sub
    std::string id;                                // jti: 1 to 128 clean characters
    Timestamp issued_at, not_before, expires_at;   // iat nbf exp, seconds; nbf may be absent (= iat)
    std::optional<ApplicationNumber> application;  // absent for tokens from an outside system
    SealName seal;
    StepName step;
    Decision decision;
    std::vector<ApprovedDocument> documents;       // either documents ...
    std::optional<unsigned> quota_uses;            // ... or quota {"uses":N}
    std::string purpose;                           // may be empty
    std::string reason;                            // mandatory for reject and return

    std::string to_claims() const;                                  // the JSON payload
    static Result<Approval> from_claims(std::string_view payload);  // malformed; unknown claims are ignored (RFC 7519 section 4)
};

// Decodes the payload without believing it: to find the issuer whose key must be looked up.
Result<Approval> decode_unverified_approval(const UnverifiedJws& jws);
Result<std::string> sign_approval(const Approval& approval, const PrivateKey& key);
std::string new_approval_id();  // 128 random bits, base64url

}  // namespace seald
