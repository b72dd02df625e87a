// Writes a ledger, or a period of it, into a folder that verifies offline (ledger_folder.hpp): the tiles as the daemon
// serves them, byte for byte.
#pragma once
#include <filesystem>

#include "client/ledger_range.hpp"
#include "client/ledger_verification.hpp"

namespace seald {

struct ExportedTree {
    std::string note;  // the checkpoint of `size` entries
    std::uint64_t size = 0;
    std::string key;  // the ledger's verifier key and its changes, by the daemon's own word
};

// The folder must not be there yet; it is there when all of it is.
Result<void> export_ledger(const ApiClient& api, const ExportedTree& tree, EntryRange range, const std::filesystem::path& folder,
                           const Progress& progress);

}  // namespace seald
