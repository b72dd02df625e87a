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
// Errors: the file cannot be read as a ledger; verification_failed where its latest checkpoint was not signed by the key.
Result<VerifiedDatabase> verify_database(const std::filesystem::path& file, const NoteVerifier& key,
                                         const std::optional<Checkpoint>& since, const std::optional<WitnessPolicy>& policy = {});

}  // namespace seald
