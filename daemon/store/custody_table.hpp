// Hand-overs of seals and acting custodians, as rows.
#pragma once
#include "daemon/model/hand_over.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

// Its number. conflict "hand-over-open": there is one for the seal already.
Result<std::uint64_t> insert_hand_over(Database& database, const HandOver& hand_over);
Result<std::optional<HandOver>> find_open_hand_over(Database& database, const SealName& seal);
Result<std::vector<HandOver>> list_hand_overs(Database& database, const SealName& seal);  // by number
Result<void> update_hand_over(Database& database, const HandOver& changed);               // conflict "hand-over-state" unless open

Result<std::uint64_t> insert_acting(Database& database, const ActingCustodian& acting);
Result<std::vector<ActingCustodian>> list_acting(Database& database, const SealName& seal, Timestamp now);  // now or later
// Those of the person that are not over: they are over at `now`. How many there were.
Result<std::uint64_t> end_acting(Database& database, const SealName& seal, const PersonId& person, Timestamp now);
Result<bool> is_acting(Database& database, const SealName& seal, const PersonId& person, Timestamp now);
// For a seal whose key is on this token, or waits there to take over?
Result<bool> is_acting_on_token(Database& database, const TokenName& token, const PersonId& person, Timestamp now);

}  // namespace seald::tables
