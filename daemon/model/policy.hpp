// The rules as configured: who is enrolled, and what each seal (or kind of seal) demands before it is used.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/approval.hpp"
#include "core/time.hpp"
#include "daemon/model/calendar.hpp"
#include "daemon/model/notice_settings.hpp"
#include "daemon/model/person.hpp"
#include "daemon/model/seal.hpp"

namespace seald {

struct Step {
    StepName name;
    Role role;           // reviewer or approver
    unsigned count = 1;  // distinct persons, at least one
    std::set<Department> departments = {};  // whose members may take it; none: those of any
};

enum class StepOrder { sequence, parallel };
enum class Reseal { refuse, return_earlier };

using SealUser = std::variant<PersonId, Department>;  // "li.na", "department:sales"

struct Rate {  // "60/min"
    unsigned uses;
    seconds window;
};

struct SealPolicy {
    std::vector<SealUser> users;
    std::vector<Step> steps;  // each taken by other persons
    std::set<SignatureFormat> formats;
    seconds approval_ttl;
    Reseal reseal = Reseal::refuse;
    StepOrder order = StepOrder::sequence;
    bool quota = false;                              // may approvals grant a number of uses?
    seconds quota_ttl{0};                            // how long such a one may be valid
    std::optional<OfficeHours> hours = {};
    std::optional<Rate> rate = {};                   // of one caller
    std::optional<unsigned> daily = {};              // uses of one caller on one day of the calendar
    std::set<DigestAlgorithm> digests = {};          // none: any
    std::size_t max_files = max_documents;           // in one application or request
    std::vector<std::string> document_types = {};    // none: any
    std::optional<std::string> training = {};        // the course whose record the user must hold
    bool prove_with_key = false;                     // must the user sign the request itself with his own key?
};

// Somebody acts for somebody else (代管): takes his steps, for a period, for some seals.
struct Delegation {
    PersonId from, to;
    Timestamp begin, end;
    std::set<std::string> seals = {};  // names or kinds; none: every one
};

struct Policy {
    std::string daemon_id;                                       // audience of approvals, origin of the ledger
    std::map<PersonId, Person> persons;
    std::map<PersonId, ApplicationClient> application_clients;
    std::map<std::string, SealPolicy, std::less<>> seals;        // by seal name or kind
    Calendar calendar = {};
    std::vector<Delegation> delegations = {};
    std::optional<NoticeSettings> notices = {};                  // none: nobody is told
    std::string sha256 = {};                                     // of the files it was read from; entries name it

    const Person* find_person(const PersonId& id) const;
    std::string name_of(const PersonId& id) const;        // the id itself where there is no name
    Language language_of(const PersonId& id) const;       // of notices to him
    // The seal's own policy, else its kind's; null: no policy, so nobody may use it.
    const SealPolicy* find_seal_policy(const SealName& name, SealKind kind) const;
};

}  // namespace seald
