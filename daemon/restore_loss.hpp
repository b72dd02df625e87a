// How much newer than a backup the ledger was when it was last seen, by the checkpoints that were kept of it.
#pragma once
#include <filesystem>
#include <optional>
#include <vector>

#include "core/ledger_keys.hpp"

namespace seald {

struct KnownCheckpoint {
    std::filesystem::path file;
    Checkpoint checkpoint;
};

// Those of the files that are there; a receipt has one inside. verification_failed: one is not this ledger's.
Result<std::vector<KnownCheckpoint>> read_known(const std::vector<std::filesystem::path>& kept, const std::vector<std::filesystem::path>& given,
                                                const LedgerKeys& keys);

struct Loss {
    std::uint64_t from;               // the first entry that is not in the backup
    std::optional<std::uint64_t> to;  // the last one known of; none: no checkpoint says that there were more
};

// Nothing where the backup has all that is known. refused "entries-would-be-lost", or "nothing-to-compare-with", unless this very loss was accepted.
Result<std::optional<Loss>> judge_loss(std::uint64_t backup_size, const std::vector<KnownCheckpoint>& known, std::optional<std::uint64_t> accepted_from);

}  // namespace seald
