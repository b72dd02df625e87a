// Who may hand a seal over to whom, who may keep it meanwhile, and whether each of them himself said so.
#pragma once
#include "daemon/model/caller.hpp"
#include "daemon/model/hand_over.hpp"
#include "daemon/model/policy.hpp"

namespace seald {

inline constexpr seconds longest_hand_over_statement{600};
inline constexpr seconds longest_acting{366 * 86400};

// The one who gives is the custodian himself; an administrator where that one is enrolled no more. Receiver and supervisor are two
// others, enrolled, and fit: who receives has the role custodian, who supervises (監交人) some role beyond applying.
Result<void> check_parties(const Caller& caller, const Seal& seal, const PersonId& receiver, const PersonId& supervisor, const Policy& policy);
// Receiver or supervisor, each at his time.
Result<void> check_turn(const Caller& caller, const HandOver& hand_over, HandOverPart part);
Result<void> check_decline(const Caller& caller, const HandOver& hand_over);

// Where a key is enrolled for the caller he signs his part. `begun.number` is 0 for one that is about to begin.
Result<void> check_statement(const Caller& caller, const std::optional<std::string>& jws, HandOverPart part, const HandOver& begun, const Policy& policy,
                             Timestamp now);

Result<void> check_appointment(const Caller& caller, const Seal& seal, const ActingCustodian& wanted, const Policy& policy, Timestamp now);
Result<void> check_dismissal(const Caller& caller, const Seal& seal, const PersonId& person);

}  // namespace seald
