#include "daemon/model/policy.hpp"

namespace seald {

const Person* Policy::find_person(const PersonId& id) const {
    const auto found = persons.find(id);
    return found == persons.end() ? nullptr : &found->second;
}

std::string Policy::name_of(const PersonId& id) const {
    const Person* person = find_person(id);
    return person == nullptr || person->name.empty() ? id.str() : person->name;
}

Language Policy::language_of(const PersonId& id) const {
    const Person* person = find_person(id);
    if (person != nullptr && person->language) return *person->language;
    return notices ? notices->language : Language::english;
}

const SealPolicy* Policy::find_seal_policy(const SealName& name, SealKind kind) const {
    if (const auto own = seals.find(name.str()); own != seals.end()) return &own->second;
    const auto of_kind = seals.find(to_string(kind));
    return of_kind == seals.end() ? nullptr : &of_kind->second;
}

}  // namespace seald
