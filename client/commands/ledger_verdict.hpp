// What the ways of verifying a ledger have in common: the earlier checkpoint it must have grown from, and the verdict.
#pragma once
#include <optional>

#include "client/ledger_key.hpp"
#include "client/ledger_verification.hpp"
#include "client/report.hpp"

namespace seald {

// From a kept checkpoint, or a receipt, which has one inside; nothing for no file.
Result<std::optional<Checkpoint>> load_since(const std::string& file, const LedgerKeys& keys);
// The checks and what they come to; says first whose word the key is.
Report report_on(LedgerVerification verification, const Checkpoint& checkpoint, const LedgerKey& key);
void add_checks(LedgerVerification& verification, std::vector<Check> more);
void show_progress(std::uint64_t done, std::uint64_t of);  // on a terminal, where it takes long

}  // namespace seald
