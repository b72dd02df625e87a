// Backups from a person's side: fetched from the daemon into a folder of his, and looked at without any daemon.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "client/api_client.hpp"
#include "client/check.hpp"
#include "client/ledger_key.hpp"
#include "core/backup_folder.hpp"

namespace seald {

struct FetchedBackup {
    std::string manifest_digest;
    std::uint64_t entries, ledger_index, parts, bytes;
};
// Makes the folder, mode 0700; conflict where there is one. What did not come to its end is removed.
Result<FetchedBackup> fetch_backup(const ApiClient& api, const std::filesystem::path& folder);

struct InspectedBackup {
    BackupFolder backup;
    LedgerKey ledger_key;
    std::vector<Check> checks;
};
struct InspectOptions {
    std::string key, ledger_key, since;  // files; `key` empty: only what can be seen from outside
};
// An error where it is no backup at all, or no key for it is known; what does not check out is a failed check.
Result<InspectedBackup> inspect_backup(const std::filesystem::path& folder, const InspectOptions& options);

}  // namespace seald
