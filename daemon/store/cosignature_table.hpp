// What witnesses said of the ledger's checkpoints. A witness is named by its verifier key.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

struct CosignatureRow {
    std::string witness;
    std::uint64_t size = 0;  // of the checkpoint
    Timestamp time;
    std::string line;
};

// A checkpoint that the witness has cosigned before keeps that cosignature.
Result<void> add_cosignature(Database& database, const CosignatureRow& row);
Result<std::optional<CosignatureRow>> latest_cosignature(Database& database, const std::string& witness);
// The note and whatever cosignatures there are of it.
Result<std::string> add_cosignatures(Database& database, std::uint64_t size, std::string note);
// The checkpoint of at least `least_size` entries that most witnesses cosigned, the newest of these; looked for among
// the latest cosignatures. Nothing: none of them reaches that far.
Result<std::optional<std::uint64_t>> best_cosigned_size(Database& database, std::uint64_t least_size);

struct Witnessed {
    std::uint64_t size = 0;                  // so many entries have been seen by a quorum
    std::optional<Timestamp> behind_since;   // of the first entry that has not; nothing where there is none
};
Result<Witnessed> read_witnessed(Database& database, const std::vector<std::string>& witnesses, std::size_t quorum);

struct Contradiction {
    std::string witness;
    Timestamp time;
    std::string words;
};
Result<void> add_contradiction(Database& database, const Contradiction& contradiction);
Result<std::optional<Contradiction>> find_contradiction(Database& database, const std::vector<std::string>& witnesses);

}  // namespace seald::tables
