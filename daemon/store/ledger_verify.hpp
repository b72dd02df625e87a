// Checks the whole ledger against the ledger's public keys: every entry against its leaf in the tree, every tile, every
// stored checkpoint. Serves the running daemon and a copy of the database alike; believes nothing that is not hashed or
// signed.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/ledger_keys.hpp"
#include "core/purge_record.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald {

struct LedgerFault {
    enum class Where { entry, columns, tile, checkpoint };
    Where where = Where::entry;
    std::uint64_t index = 0;  // of the entry (or of the first one in the tile), or the checkpoint's size
    std::string what;         // one sentence
};

struct LedgerReport {
    std::uint64_t entries = 0;
    std::uint64_t checkpoints = 0;    // with a good signature and root
    std::optional<PurgeRecord> purge;  // what says that the entries before the first one were removed
    std::vector<LedgerFault> faults;  // in ledger order; the first 100
    bool ok() const { return faults.empty(); }
};

// An error only when reading itself failed. What does not check out is in the report.
Result<LedgerReport> verify_ledger(Database& database, const LedgerKeys& keys);

// What is wrong with the indexes that searches use: they are derived from the rows, but hide what they leave out. A word
// for each fault, the first 20.
Result<std::vector<std::string>> check_indexes(Database& database);

}  // namespace seald
