// Whether exports hold a stretch of the ledger, whole and verified: asked before it is removed.
#pragma once
#include <filesystem>

#include "client/ledger_key.hpp"
#include "client/ledger_range.hpp"

namespace seald {

// The newest of the exports' checkpoints. verification_failed where an export does not verify, not_found where entries of the
// stretch are in none of them.
Result<Checkpoint> check_exports_cover(const std::vector<std::filesystem::path>& exports, EntryRange stretch, const LedgerKey& key);

}  // namespace seald
