// Brings a database that an earlier seald wrote to this program's schema. All steps and the ledger's entry about them are
// one transaction, so a crash leaves the one or the other; a copy of the database as it was is kept beside it.
#pragma once
#include <filesystem>
#include <vector>

#include "core/checkpoint.hpp"

namespace seald {

// Where the copy is: ledger.db.version-1 and so on. It is for the administrator to remove.
std::filesystem::path copy_before_upgrade(const std::filesystem::path& state_dir, std::int64_t from);

// Nothing to do for a database of this version, or a newer one, which is for check_schema() to refuse. verification_failed when
// the ledger does not check out first. conflict "seal-not-unique" where seals are in force that this version does not allow
// beside each other. unavailable, with nothing changed, where there is no room for the copy. The state's
// lock is held by the caller.
Result<void> upgrade_schema(const std::filesystem::path& state_dir, const NoteSigner& ledger_key,
                            const std::vector<std::filesystem::path>& checkpoint_copies);

}  // namespace seald
