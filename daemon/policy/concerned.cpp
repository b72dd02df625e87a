#include "daemon/policy/concerned.hpp"

#include <algorithm>

namespace seald {
namespace {

bool decides_for(const Person& person, const SealPolicy& rules) {
    return std::ranges::any_of(rules.steps, [&](const Step& step) { return person.roles.contains(step.role); });
}

bool uses(const Person& person, const SealPolicy& rules) {
    return std::ranges::any_of(rules.users, [&](const SealUser& user) {
        if (const auto* id = std::get_if<PersonId>(&user)) return *id == person.id;
        return person.department == std::get<Department>(user);
    });
}

}  // namespace

std::set<PersonId> who_is_concerned(const SealName& seal, SealKind kind, const PersonId& custodian, const Policy& policy) {
    std::set<PersonId> concerned{custodian};
    const SealPolicy* rules = policy.find_seal_policy(seal, kind);
    for (const auto& [id, person] : policy.persons) {
        if (person.roles.contains(Role::custodian) || person.roles.contains(Role::administrator)) concerned.insert(id);
        if (rules != nullptr && (uses(person, *rules) || decides_for(person, *rules))) concerned.insert(id);
    }
    return concerned;
}

}  // namespace seald
