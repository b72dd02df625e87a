// Does one approval token count? Checks it from the outside in: signed by the key enrolled for its issuer, made for
// this daemon, seal, applicant and application, in time, and by somebody who may take its step. Nothing in a token is
// believed before its signature is.
#pragma once
#include <optional>
#include <string_view>

#include "core/approval.hpp"
#include "daemon/policy/eligible.hpp"

namespace seald {

struct ApprovalTerms {
    Applicant applicant;
    SealName seal;
    SealKind kind;
    const SealPolicy& rules;
    const Policy& policy;
    std::optional<ApplicationNumber> application;  // none: a token from an outside system, bound to no application
    Timestamp now;
    StepContext context() const { return {applicant, seal.str(), std::string(to_string(kind)), policy, now, !application.has_value()}; }
};

struct CheckedApproval {
    Approval approval;
    Digest token_digest;         // SHA-256 over the compact JWS
    std::string key_thumbprint;  // of the key that signed it
    PersonId seat;               // in whose place the issuer decided: mostly his own
};

// Any decision passes (core/approval.hpp refuses one to reject or return that gives no reason); whether an approval was
// needed, and for which documents, is for the caller of this to say.
Result<CheckedApproval> check_approval(std::string_view jws, const ApprovalTerms& terms);

// What a token says about itself; nothing in it is checked.
Result<Approval> read_unverified_approval(std::string_view jws);

const Step* find_step(const SealPolicy& rules, const StepName& name);

// How often the approval lists this digest.
unsigned times_listed(const Approval& approval, const Digest& digest);

}  // namespace seald
