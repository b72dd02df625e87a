// Verifies a whole ledger: every entry's bytes are hashed into a tree whose root must be the one the checkpoint signs.
// Gaps, repetitions and reordering are named; if the root differs, the first entry that does not prove is named.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/check.hpp"
#include "core/checkpoint.hpp"

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
};

using Progress = std::function<void(std::uint64_t done, std::uint64_t of)>;

struct LedgerVerification {
    std::vector<Check> checks;
    std::optional<std::uint64_t> bad_entry;
};

// `since`: earlier checkpoints, verified already; the ledger must have grown from each. Errors are only those of the
// source.
Result<LedgerVerification> verify_ledger(LedgerSource& source, const Checkpoint& checkpoint, const NoteVerifier& key,
                                         const std::vector<Checkpoint>& since, const Progress& progress);

}  // namespace seald
