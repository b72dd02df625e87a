// A backup as it lies in a folder: looked at without a key, and unpacked with a recipient's. Trusts nothing in it but what the
// ledger's key signed.
#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "core/archive.hpp"
#include "core/backup_manifest.hpp"

namespace seald {

// Names inside the archive.
inline constexpr const char* archived_database = "ledger.db";
inline constexpr const char* archived_keys = "keys/";                    // the ledger's, as they lie in the state folder
inline constexpr const char* archived_documents = "documents/";
inline constexpr const char* archived_configuration = "configuration/";  // for people to read; never put in place
inline constexpr const char* archived_tokens = "tokens.json";            // which keys are on which tokens

struct BackupFolder {
    std::filesystem::path folder;
    BackupManifest manifest;
    std::string manifest_digest;  // "sha256:<hex>" of the note: what the ledger knows the backup by
};

// not_found: no manifest there.
Result<BackupFolder> open_backup(const std::filesystem::path& folder, const LedgerKeys& keys);

// Every part against the manifest; verification_failed names the first that is missing, changed, or too many.
Result<void> check_parts(const BackupFolder& backup);

// Decrypts the parts and unpacks them below `into`, which is empty and private; what came out is what the manifest says, or an
// error, after which nothing there may be used.
Result<std::map<std::string, UnpackedFile>> unpack_backup(const BackupFolder& backup, const PrivateKey& key, const std::filesystem::path& into);

}  // namespace seald
