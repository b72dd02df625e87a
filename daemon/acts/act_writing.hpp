// What happens to an act that waits for a second person, written down: each change with its ledger entry, in the caller's
// transaction. An act that is nothing but a change of the register is carried out in the transaction of the last confirmation.
#pragma once
#include "daemon/applications/application_writing.hpp"
#include "daemon/model/pending_act.hpp"
#include "daemon/seals/seal_register.hpp"

namespace seald {

Result<PendingAct> read_act(Database& database, const ActNumber& number);  // not_found

Result<PendingAct> write_asking(Transaction& transaction, const ActWish& wish, const Hand& hand);
Result<PendingAct> write_confirmation(Transaction& transaction, const ActNumber& number, const std::string& jws, const Hand& hand);
Result<PendingAct> write_decline(Transaction& transaction, const ActNumber& number, const std::string& reason, const Hand& hand);
Result<PendingAct> write_act_withdrawal(Transaction& transaction, const ActNumber& number, const std::string& reason, const Hand& hand);
// Those that nobody confirmed in time.
Result<void> write_act_expiries(Transaction& transaction, Timestamp now);

// What had to happen in a token is complete.
Result<void> write_act_done(Transaction& transaction, const PendingAct& act, Timestamp now);

// For the entry of what was carried out: act, asked_by, confirmed_by.
boost::json::object hands_of(const PendingAct& act);
// Whether an act leaves something to be done in a token once it is confirmed.
bool needs_token(DualAct kind);

}  // namespace seald
