#include "daemon/policy/roles.hpp"

#include <algorithm>

namespace seald {
namespace {

struct Rights {
    std::string_view words;
    std::vector<Role> roles;
};

Rights rights_for(Act act) {
    using enum Role;
    switch (act) {
        case Act::make_seal:
            return {"make a seal", {custodian, administrator}};
        case Act::manage_seal:
            return {"file, certify, activate, resume, cancel or destroy a seal", {custodian, administrator}};
        // Stopping is never wrong: whoever answers for the process may do it alone.
        case Act::stop_seal:
            return {"stop a seal", {custodian, administrator, approver, auditor}};
        case Act::use_token_pin:
            return {"unlock or lock a token", {custodian}};
        case Act::read_whole_ledger:
            return {"read the whole ledger", {auditor, administrator, custodian}};
        case Act::sign_off_audit:
            return {"sign off an audit", {auditor}};
        case Act::read_all_applications:
            return {"read all applications", {reviewer, approver, custodian, administrator, auditor}};
        case Act::record_training:
            return {"record training", {custodian, administrator}};
        case Act::read_staff_records:
            return {"read others' training records and feedback", {custodian, administrator, auditor}};
        case Act::reload:
            return {"load the configuration anew", {administrator, custodian}};
        case Act::make_backup:
            return {"make a backup", {administrator}};
        case Act::test_notices:
            return {"send test notices", {administrator}};
        case Act::confirm_act:
            return {"confirm what another person asked for", {custodian, administrator}};
        case Act::witness_destruction:
            return {"witness a destruction", {custodian, administrator, auditor}};
        case Act::read_acts:
            return {"read acts that wait for a second person", {custodian, administrator, auditor}};
        case Act::change_ledger_key:
            return {"change the ledger's key", {administrator}};
        case Act::purge_ledger:
            return {"purge old entries of the ledger", {administrator}};
        case Act::reconcile_token:
            return {"hold a token's count of signatures against the ledger", {custodian, administrator, auditor}};
    }
    return {"do this", {}};
}

}  // namespace

std::vector<Role> roles_for(Act act) { return rights_for(act).roles; }

Result<void> require_role_for(Act act, const Caller& caller) {
    const Rights rights = rights_for(act);
    if (std::ranges::any_of(rights.roles, [&](Role role) { return caller.has(role); })) return {};
    std::vector<std::string> missing;
    for (Role role : rights.roles) missing.push_back("a person with the role " + std::string(to_string(role)));
    return refusal("role-required", caller.id().str() + " may not " + std::string(rights.words), std::move(missing));
}

}  // namespace seald
