// A ledger's database, or a copy of it, without a daemon: everything in it that says something is checked.
#pragma once
#include <filesystem>

#include "client/ledger_verification.hpp"
#include "core/cosignature.hpp"

namespace seald {

struct VerifiedDatabase {
    Checkpoint checkpoint;  // the latest
    LedgerVerification verification;
};
// The receipts of the changes of the ledger's key that are in it.
Result<std::vector<std::string>> read_database_key_changes(const std::filesystem::path& file);
// Looks at the entries that may have somebody's signature in them. Errors: the file cannot be read.
Result<std::vector<Check>> check_database_signatures(const std::filesystem::path& file);
// Errors: the file cannot be read as a ledger; verification_failed where its latest checkpoint was not signed by the ledger's key.
Result<VerifiedDatabase> verify_database(const std::filesystem::path& file, const LedgerKeys& keys,
                                         const std::optional<Checkpoint>& since, const std::optional<WitnessPolicy>& policy = {});

}  // namespace seald
