// How often each outside system's approvals were used: counted in the transaction that records the intent, so that neither a
// restart nor many requests at once get past its daily limit.
#pragma once
#include <cstdint>

#include "core/names.hpp"
#include "core/time.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

// The intent must be there. It counts for the issuer unless no signature came of it.
Result<void> insert_issuer_use(Database& database, const PersonId& issuer, Timestamp used_at, std::uint64_t intent_index);

// Since then: signatures released, under way, or of unknown outcome.
Result<unsigned> count_issuer_uses(Database& database, const PersonId& issuer, Timestamp since);

}  // namespace seald::tables
