#include "daemon/model/policy.hpp"

namespace seald {

const Person* Policy::find_person(const PersonId& id) const {
    const auto found = persons.find(id);
    return found == persons.end() ? nullptr : &found->second;
}

const SealPolicy* Policy::find_seal_policy(const SealName& name, SealKind kind) const {
    if (const auto own = seals.find(name.str()); own != seals.end()) return &own->second;
    const auto of_kind = seals.find(to_string(kind));
    return of_kind == seals.end() ? nullptr : &of_kind->second;
}

}  // namespace seald
