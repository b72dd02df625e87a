// Did the caller himself ask for just this? The request's proof of use is signed by the key enrolled for the caller, and says what
// the request says. That no proof counts twice is for the ledger, where the intent is recorded.
#pragma once
#include "core/use_proof.hpp"
#include "daemon/policy/permit.hpp"

namespace seald {

inline constexpr seconds longest_proof{600};
inline constexpr seconds clock_difference{60};  // that a caller's clock may be ahead

// The caller's enrolled key; null: none.
const PublicKey* find_key(const Caller& caller, const Policy& policy);

// proof-missing where the seal's policy demands one. One that is not demanded must be right all the same.
Result<std::optional<CheckedProof>> check_proof(const Caller& caller, const SealRequest& request, const SealPolicy& rules, const Policy& policy, Timestamp now);

// proof-key-unknown: a proof is demanded of somebody who could not make one.
std::optional<Error> proof_objection(const Caller& caller, const SealPolicy& rules, const Policy& policy);

}  // namespace seald
