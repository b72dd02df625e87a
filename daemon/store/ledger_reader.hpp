// Answers questions about the ledger from one database snapshot: entries, checkpoints, tiles and proofs. Changes
// nothing.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/checkpoint.hpp"
#include "core/names.hpp"
#include "core/receipt.hpp"
#include "daemon/store/entry.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald {

struct StoredEntry {
    std::uint64_t index = 0;
    Entry entry;  // without what is kept beside it: documents and detached are empty
};

struct StoredCheckpoint {
    std::uint64_t size = 0;
    std::string note;
};

Result<StoredEntry> find_entry(Database& database, std::uint64_t index);  // not_found
// Runs "SELECT … FROM entry " with the rest of the statement; the columns are read by entry_at().
extern const std::string select_entries;
// Likewise of the entries of seals' lives (kind "seal-…"). By their kind, and not by the seal: a seal has two entries more for each
// signature, and one thread reads for all.
extern const std::string select_lives;
StoredEntry entry_at(const Statement& row);

// Entries from `first` on that people are told of: stops of seals, acts that wait for a second person. Oldest first.
Result<std::vector<StoredEntry>> entries_to_tell(Database& database, std::uint64_t first, unsigned limit);
// The last of a kind about the seal.
Result<std::optional<StoredEntry>> find_seal_entry(Database& database, const SealName& seal, std::string_view kind);

// The last entry of the seal's life (kind "seal-…") at or before `when`: it names the state the seal was in then.
Result<std::optional<StoredEntry>> latest_seal_entry(Database& database, const SealName& seal, Timestamp when);

Result<StoredCheckpoint> latest_checkpoint(Database& database);  // not_found while the ledger is empty
Result<std::vector<StoredCheckpoint>> list_checkpoints(Database& database, std::uint64_t from_size,
                                                       unsigned limit);  // oldest first

// The receipts of the changes of the ledger's key, oldest first; nothing of them is verified.
Result<std::vector<std::string>> key_change_receipts(Database& database);

// Of at least so many entries, the one that most witnesses cosigned, with their cosignatures; the latest where none did.
Result<StoredCheckpoint> witnessed_checkpoint(Database& database, std::uint64_t least_size);
Result<StoredCheckpoint> with_cosignatures(Database& database, StoredCheckpoint checkpoint);

// The entry's receipt under the checkpoint that most witnesses cosigned, the latest where none did; not_found.
Result<TlogProof> receipt_for(Database& database, std::uint64_t index);
// From an earlier size to the latest checkpoint's.
Result<std::vector<TreeHash>> consistency_since(Database& database, std::uint64_t old_size);
// C2SP tlog-tiles: the first `width` (1 to 256) hashes of a tile; not_found when it has fewer.
Result<Bytes> tile_bytes(Database& database, unsigned level, std::uint64_t index, unsigned width);
// Likewise `width` entries as a C2SP entry bundle.
Result<Bytes> entry_bundle(Database& database, std::uint64_t index, unsigned width);
// The JSON that an entry has only the digest of.
Result<std::string> detached_field(Database& database, const std::string& digest);  // not_found

}  // namespace seald
