#include "daemon/model/person.hpp"

#include "daemon/model/words.hpp"

namespace seald {

std::string_view to_string(Role role) {
    switch (role) {
        case Role::applicant:
            return "applicant";
        case Role::reviewer:
            return "reviewer";
        case Role::approver:
            return "approver";
        case Role::custodian:
            return "custodian";
        case Role::administrator:
            return "administrator";
        case Role::auditor:
            return "auditor";
    }
    return "";
}

Result<Role> decode_role(std::string_view text) {
    constexpr std::array all{Role::applicant, Role::reviewer,      Role::approver,
                             Role::custodian, Role::administrator, Role::auditor};
    return decode_word(text, "role", all);
}

}  // namespace seald
