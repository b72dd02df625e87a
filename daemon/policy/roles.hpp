// Who may do what besides using a seal: one table of acts and roles.
#pragma once
#include "daemon/model/caller.hpp"

namespace seald {

enum class Act {
    make_seal, manage_seal, stop_seal, use_token_pin, read_whole_ledger, sign_off_audit, read_all_applications, record_training,
    read_staff_records, reload, test_notices, make_backup, confirm_act, witness_destruction, read_acts, change_ledger_key, purge_ledger,
    reconcile_token
};

std::vector<Role> roles_for(Act act);

// refusal `role-required`, naming the roles that may.
Result<void> require_role_for(Act act, const Caller& caller);

}  // namespace seald
