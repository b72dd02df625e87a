// Acts that wait for a second person, and their confirmations, as rows.
#pragma once
#include <optional>
#include <vector>

#include "daemon/model/pending_act.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

// One more than the year's highest. Within a write nobody else can take it.
Result<ActNumber> next_act_number(Database& database, int year);
// conflict "act-waiting", naming it, when the same was asked for this seal and is still open.
Result<void> insert_act(Database& database, const PendingAct& act);
Result<std::optional<PendingAct>> find_act(Database& database, const ActNumber& number);
// Newest first; open ones only: waiting, or confirmed and not complete.
Result<std::vector<PendingAct>> list_acts(Database& database, bool only_open, unsigned limit);
Result<std::vector<PendingAct>> open_acts_of(Database& database, const SealName& seal);

// conflict "act-changed" unless it is in `from` now.
Result<void> set_act_state(Database& database, const ActNumber& number, DualActState from, DualActState to, const std::string& reason, Timestamp now);
// conflict "confirmation-used" when a confirmation with this id is recorded already, of whatever act.
Result<void> insert_confirmation(Database& database, const ActNumber& number, const RecordedConfirmation& confirmation, std::uint64_t ledger_index);

// A key that was destroyed in its token, with the entry that says so.
struct DestroyedKey {
    KeyPlace place;
    std::uint64_t ledger_index = 0;
};
Result<void> insert_destroyed_key(Database& database, const SealName& seal, const DestroyedKey& destroyed);
Result<std::vector<DestroyedKey>> destroyed_keys_of(Database& database, const SealName& seal);

}  // namespace seald::tables
