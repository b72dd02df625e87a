#include "daemon/policy/eligible.hpp"

#include <algorithm>

namespace seald {

namespace {

constexpr std::size_t most_named = 10;

bool covers(const Delegation& delegation, const StepContext& context) {
    if (context.now < delegation.begin || context.now >= delegation.end) return false;
    return delegation.seals.empty() || delegation.seals.contains(context.seal_name) || delegation.seals.contains(context.seal_kind);
}

}  // namespace

bool in_scope(const Person& person, const Step& step, const Applicant& applicant) {
    if (!step.departments.empty() && (!person.department || !step.departments.contains(*person.department))) return false;
    if (step.role != Role::reviewer) return true;
    return applicant.department && person.reviews.contains(*applicant.department);
}

bool is_entitled(const Person& person, const Step& step, const Applicant& applicant) {
    return person.id != applicant.id && person.roles.contains(step.role) && in_scope(person, step, applicant);
}

std::optional<PersonId> seat_of(const Person& person, const Step& step, const StepContext& context) {
    if (!person.approval_key || person.id == context.applicant.id) return std::nullopt;
    if (person.outside && !context.by_tokens) return std::nullopt;
    if (is_entitled(person, step, context.applicant)) return person.id;
    for (const Delegation& delegation : context.policy.delegations) {
        if (delegation.to != person.id || !covers(delegation, context)) continue;
        const Person* absent = context.policy.find_person(delegation.from);
        if (absent != nullptr && is_entitled(*absent, step, context.applicant)) return absent->id;
    }
    return std::nullopt;
}

std::string describe(const Person& person) {
    return person.name.empty() ? person.id.str() : person.id.str() + " (" + person.name + ")";
}

std::vector<const Person*> find_who_could_take(const Step& step, const StepContext& context, const std::set<PersonId>& taken) {
    std::vector<const Person*> who;
    for (const auto& [id, person] : context.policy.persons) {
        const auto seat = seat_of(person, step, context);
        if (seat && !taken.contains(id) && !taken.contains(*seat)) who.push_back(&person);
    }
    return who;
}

std::vector<std::string> who_could_take(const Step& step, const StepContext& context, const std::set<PersonId>& taken) {
    std::vector<std::string> who;
    for (const Person* person : find_who_could_take(step, context, taken)) who.push_back(describe(*person));
    return who;
}

std::string missing_line(const Step& step, unsigned still_needed, const std::vector<std::string>& who) {
    std::string line = step.name.str();
    if (still_needed > 1) line += " (" + std::to_string(still_needed) + " persons)";
    line += ": ";
    if (who.empty()) return line + "nobody is enrolled who could take this step";
    // In a large organisation hundreds could: some names help, all of them in every refusal's entry would not.
    const std::size_t named = std::min(who.size(), most_named);
    for (std::size_t i = 0; i < named; ++i) line += (i == 0 ? "" : " or ") + who[i];
    if (named < who.size()) line += " or one of " + std::to_string(who.size() - named) + " others";
    return line;
}

}  // namespace seald
