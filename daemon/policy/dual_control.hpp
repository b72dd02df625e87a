// Acts that wait for a second person (雙人控制): who may ask, who may confirm, and whether a signed confirmation counts. Persons
// are counted, not keys; an application never confirms. Pure: the time is an argument.
#pragma once
#include <set>
#include <string_view>

#include "core/act_confirmation.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/model/pending_act.hpp"
#include "daemon/model/policy.hpp"
#include "daemon/policy/roles.hpp"

namespace seald {

inline constexpr seconds longest_confirmation{24 * 3600};

Act right_to_ask(DualAct kind);
Act right_to_confirm(DualAct kind);

// Who could confirm it now: has the role and an enrolled key, did not ask, has not confirmed yet.
std::set<PersonId> who_may_confirm(const PendingAct& act, const Policy& policy);

// refused act-own, act-confirmed-before, role-required, confirmation-key-unknown: why this caller cannot confirm the act.
Result<void> check_may_confirm(const Caller& caller, const PendingAct& act, const Policy& policy);

struct CheckedConfirmation {
    std::string id;  // jti
    PublicKey key;   // of the person, as enrolled now
};
// Signed by the caller's own enrolled key, for this daemon, this act and exactly its statement, in time.
Result<CheckedConfirmation> check_confirmation(std::string_view jws, const Caller& caller, const PendingAct& act, const Policy& policy, Timestamp now);

}  // namespace seald
