#include "daemon/policy/eligible.hpp"

namespace seald {

bool in_scope(const Person& person, const Step& step, const Applicant& applicant) {
    if (step.role != Role::reviewer) return true;
    return applicant.department && person.reviews.contains(*applicant.department);
}

bool could_take(const Person& person, const Step& step, const Applicant& applicant) {
    return person.approval_key && person.id != applicant.id && person.roles.contains(step.role) &&
           in_scope(person, step, applicant);
}

std::string describe(const Person& person) {
    return person.name.empty() ? person.id.str() : person.id.str() + " (" + person.name + ")";
}

std::vector<std::string> who_could_take(const Step& step, const Applicant& applicant, const std::set<PersonId>& decided,
                                        const Policy& policy) {
    std::vector<std::string> who;
    for (const auto& [id, person] : policy.persons) {
        if (!decided.contains(id) && could_take(person, step, applicant)) who.push_back(describe(person));
    }
    return who;
}

std::string missing_line(const Step& step, unsigned still_needed, const std::vector<std::string>& who) {
    std::string line = step.name.str();
    if (still_needed > 1) line += " (" + std::to_string(still_needed) + " persons)";
    line += ": ";
    if (who.empty()) return line + "nobody is enrolled who could take this step";
    for (std::size_t i = 0; i < who.size(); ++i) line += (i == 0 ? "" : " or ") + who[i];
    return line;
}

}  // namespace seald
