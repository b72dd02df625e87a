#include "config/powers.hpp"

#include "core/look_alike.hpp"

namespace seald {

std::set<Role> read_roles(TableReader& reader, Need need) {
    std::set<Role> roles;
    for (const TextAt& word : reader.texts("roles", need)) {
        if (const auto role = decode_role(word.text)) {
            roles.insert(*role);
        } else {
            reader.mistakes().add(word.line, word.path, role.error().message);
        }
    }
    return roles;
}

std::set<Department> read_reviews(TableReader& reader) {
    std::set<Department> departments;
    for (const TextAt& word : reader.texts("reviews", Need::optional)) {
        if (const auto department = Department::decode(word.text)) {
            departments.insert(*department);
        } else {
            reader.mistakes().add(word.line, word.path, department.error().message);
        }
    }
    return departments;
}

void check_separation(TableReader& reader, const std::set<Role>& roles) {
    for (const Role power : {Role::administrator, Role::auditor}) {
        for (const Role use : {Role::applicant, Role::reviewer, Role::approver}) {
            if (!roles.contains(power) || !roles.contains(use)) continue;
            reader.mistake("roles",
                           "separation of powers (三權分立): " + std::string(to_string(power)) + " and " +
                               std::string(to_string(use)) +
                               " in one person; allowed: who manages or audits seals has no part in their use");
        }
    }
    if (roles.contains(Role::administrator) && roles.contains(Role::auditor)) {
        reader.mistake(
            "roles", "separation of powers (三權分立): administrator and auditor in one person; allowed: one of them");
    }
}

bool holds_separated_powers(const std::set<Role>& roles) {
    const bool uses = roles.contains(Role::applicant) || roles.contains(Role::reviewer) || roles.contains(Role::approver);
    const bool manages = roles.contains(Role::administrator), audits = roles.contains(Role::auditor);
    return (uses && (manages || audits)) || (manages && audits);
}

Result<std::string> decode_person_name(std::string_view text) { return decode_name_spelling(text, 200); }

}  // namespace seald
