// Whom a stop of a seal concerns (通知相關人員): who has to hear that it does not seal any more.
#pragma once
#include <set>

#include "daemon/model/policy.hpp"

namespace seald {

// Its custodian, everybody who keeps or manages seals, who may use it, and who reviews or approves its use.
std::set<PersonId> who_is_concerned(const SealName& seal, SealKind kind, const PersonId& custodian, const Policy& policy);

}  // namespace seald
