// Since when seals are in the states that they have, as the ledger says.
#pragma once
#include <map>

#include "core/names.hpp"
#include "core/time.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald {

struct StateSince {
    Timestamp time{};
    std::uint64_t ledger_index = 0;  // of the entry that put it there
};
// Each entry of a seal's life names the state it led to. None for a seal of which the ledger has no such entry.
Result<std::map<SealName, StateSince>> find_states_since(Database& database);

}  // namespace seald
