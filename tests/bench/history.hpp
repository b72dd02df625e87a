// Years of sealing in a few minutes: entries as a daemon would have written them, with the rows that go with them.
#pragma once
#include <cstdint>
#include <filesystem>

namespace seald::bench {

// Until the ledger of a stopped daemon has so many entries: intents of seal "contract" with two approvals each, ids and
// documents as random as real ones, and their outcomes. Prints how far it is to stderr; throws when something fails.
void add_history(const std::filesystem::path& state_dir, std::uint64_t entries);

}  // namespace seald::bench
