// Verifies a whole ledger: every entry's bytes are hashed into a tree whose root must be the one the checkpoint signs.
// Entries at the beginning may be purged, if a later one says so of exactly these. Gaps, repetitions and reordering are named; if the root differs, the first entry that does not prove is named.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/check.hpp"
#include "core/ledger_keys.hpp"
#include "core/tile.hpp"

namespace seald {

struct LedgerEntry {
    std::uint64_t index = 0;
    Bytes raw;
};

// Where entries and proofs come from.
class LedgerSource {
  public:
    virtual ~LedgerSource() = default;
    // Up to a page of entries in order, the first at `from`; empty when there are none.
    virtual Result<std::vector<LedgerEntry>> entries(std::uint64_t from) = 0;
    virtual Result<std::string> proof(std::uint64_t index) = 0;  // tlog-proof
    // The hashes of 256 entries in a row, the first one `bundle` * 256: where the entries were purged.
    virtual Result<Tile> leaves(std::uint64_t bundle) = 0;
};

using Progress = std::function<void(std::uint64_t done, std::uint64_t of)>;
using EachEntry = std::function<void(std::uint64_t index, std::string_view entry)>;  // for what else is looked at

struct LedgerVerification {
    std::vector<Check> checks;
    std::optional<std::uint64_t> bad_entry;
};

// `since`: earlier checkpoints, verified already; the ledger must have grown from each. Errors are only those of the
// source.
Result<LedgerVerification> verify_ledger(LedgerSource& source, const Checkpoint& checkpoint, const LedgerKeys& keys,
                                         const std::vector<Checkpoint>& since, const Progress& progress, const EachEntry& each = {});

}  // namespace seald
