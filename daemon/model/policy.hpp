// The rules as configured: who is enrolled, and what each seal (or kind of seal) demands before it is used.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/time.hpp"
#include "daemon/model/person.hpp"
#include "daemon/model/seal.hpp"

namespace seald {

struct Step {
    StepName name;
    Role role;           // reviewer or approver
    unsigned count = 1;  // distinct persons, at least one
};

enum class Reseal { refuse, return_earlier };

using SealUser = std::variant<PersonId, Department>;  // "li.na", "department:sales"

struct SealPolicy {
    std::vector<SealUser> users;
    std::vector<Step> steps;  // in order; each taken by other persons
    std::set<SignatureFormat> formats;
    seconds approval_ttl;
    Reseal reseal = Reseal::refuse;
};

struct Policy {
    std::string daemon_id;                                       // audience of approvals, origin of the ledger
    std::map<PersonId, Person> persons;
    std::map<PersonId, ApplicationClient> application_clients;
    std::map<std::string, SealPolicy, std::less<>> seals;        // by seal name or kind

    const Person* find_person(const PersonId& id) const;
    // The seal's own policy, else its kind's; null: no policy, so nobody may use it.
    const SealPolicy* find_seal_policy(const SealName& name, SealKind kind) const;
};

}  // namespace seald
