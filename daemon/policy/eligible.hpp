// Who could take which step: role, department scope, and separation from the applicant and from those who already
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

// Reviewers review the departments they are enrolled for; an applicant without a department is in nobody's scope.
// Approvers decide for the whole organisation.
bool in_scope(const Person& person, const Step& step, const Applicant& applicant);

// Has the role and the scope, holds an approval key, and is not the applicant.
bool could_take(const Person& person, const Step& step, const Applicant& applicant);

std::string describe(const Person& person);  // "wang.fang (王芳)"

// Those who could take the step, without `decided`, as describe() has them.
std::vector<std::string> who_could_take(const Step& step, const Applicant& applicant, const std::set<PersonId>& decided,
                                        const Policy& policy);

// "department-review: wang.fang (王芳) or li.si (李四)", for Error::missing.
std::string missing_line(const Step& step, unsigned still_needed, const std::vector<std::string>& who);

}  // namespace seald
