// What is changed in a restored database before anybody uses it, and what the ledger says of that.
#pragma once
#include "core/backup_folder.hpp"
#include "daemon/restore_loss.hpp"
#include "daemon/store/store.hpp"

namespace seald {

struct Restored {
    std::string manifest_digest;
    BackupManifest manifest;
    std::uint64_t entries;
    std::vector<KnownCheckpoint> compared;
    std::optional<Loss> loss;
    std::string reason;
};

// Suspends every seal in force, voids all approvals and planned cut-overs, and keeps every token locked until a custodian unlocks it.
Result<void> write_restored(Transaction& transaction, const Restored& restored, Timestamp now);

}  // namespace seald
