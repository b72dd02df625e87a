// Since when a seal is in the state that it has, as the ledger says.
#pragma once
#include "core/names.hpp"
#include "core/time.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald {

struct StateSince {
    Timestamp time{};
    std::uint64_t ledger_index = 0;  // of the entry that put it there
};
// None where the ledger has no entry of the seal's life.
Result<std::optional<StateSince>> find_state_since(Database& database, const SealName& seal);

}  // namespace seald
