// Who could take which step: role, scope, acting for others, and separation from the applicant and from those who already
// decided. Knows persons only, not tokens.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/model/policy.hpp"

namespace seald {

struct Applicant {
    PersonId id;
    std::optional<Department> department;
};

// What a step is looked at in: whose application, for which seal, when.
struct StepContext {
    Applicant applicant;
    std::string seal_name, seal_kind;
    const Policy& policy;
    Timestamp now;
    bool by_tokens = false;  // tokens handed in with the request: then outside systems approve, too
};

// Reviewers review the departments they are enrolled for; an applicant without a department is in nobody's scope.
// Approvers decide for the whole organisation. A step may be for members of some departments only.
bool in_scope(const Person& person, const Step& step, const Applicant& applicant);

// Has the role and the scope, and is not the applicant.
bool is_entitled(const Person& person, const Step& step, const Applicant& applicant);

// In whose place this person could take the step: his own, or that of the first entitled one he acts for now. Nobody takes
// a step without an approval key, nor on his own application, in whosever place.
std::optional<PersonId> seat_of(const Person& person, const Step& step, const StepContext& context);

std::string describe(const Person& person);  // "wang.fang (王芳)"

// Those who could take the step, in a place that is not in `taken`.
std::vector<const Person*> find_who_could_take(const Step& step, const StepContext& context, const std::set<PersonId>& taken);

// The same, as describe() has them.
std::vector<std::string> who_could_take(const Step& step, const StepContext& context, const std::set<PersonId>& taken);

// "department-review: wang.fang (王芳) or li.si (李四)", for Error::missing.
std::string missing_line(const Step& step, unsigned still_needed, const std::vector<std::string>& who);

}  // namespace seald
