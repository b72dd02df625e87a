// Who the configuration enrols: persons, and programs (application clients) that may ask for signatures.
#pragma once
#include <sys/types.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/alternative_name.hpp"
#include "core/digest.hpp"
#include "core/keys.hpp"
#include "core/names.hpp"
#include "daemon/model/notice_text.hpp"

namespace seald {

enum class Role { applicant, reviewer, approver, custodian, administrator, auditor };
std::string_view to_string(Role role);
Result<Role> decode_role(std::string_view text);

// What an outside system's approvals may be for. Each limit that is given holds; one that is not given limits nothing.
struct IssuerLimits {
    std::set<SealName> seals = {};
    std::set<std::string> kinds = {};            // of seals
    std::vector<std::string> purposes = {};      // "*" in them stands for any text
    std::optional<unsigned> daily = {};          // signatures that rest on its approvals, on one day of the calendar
};

struct Person {
    PersonId id;
    std::string name;                        // for people to read, UTF-8
    std::optional<Department> department;
    std::optional<uid_t> uid;                // how the kernel names this person on the Unix socket
    std::set<Role> roles;
    std::optional<PublicKey> approval_key;   // signs this person's decisions; none: cannot decide
    std::set<Department> reviews;            // departments whose applications a reviewer may review
    std::optional<Digest> certificate = {};               // SHA-256 of a TLS client certificate
    std::optional<AlternativeName> certificate_name = {}; // or a name in it
    std::optional<IssuerLimits> outside = {};             // an outside system ([[issuer]]): approves by tokens only, and never calls
    std::optional<Language> language = {};   // of notices; none: the daemon's
};

struct ApplicationClient {
    PersonId id;
    std::optional<uid_t> uid;                // at least one of uid, certificate and certificate_name
    std::optional<Department> department;    // whose reviewers review its applications; none: nobody can review them
    std::optional<Digest> certificate = {};
    std::optional<AlternativeName> certificate_name = {};
    std::optional<PublicKey> approval_key = {};  // proves its requests; it approves nothing
};

}  // namespace seald
