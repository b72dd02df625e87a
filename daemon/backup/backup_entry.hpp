// What the ledger says of backups.
#pragma once
#include <boost/json/object.hpp>

#include "core/backup_manifest.hpp"
#include "daemon/store/entry.hpp"

namespace seald {

// caller: {id, …} as in every entry; a backup by schedule has the daemon's.
Entry make_backup_entry(boost::json::object caller, const BackupManifest& manifest, const std::string& manifest_digest, std::uint64_t entries, Timestamp now);
std::string digest_of_manifest(std::string_view note);  // "sha256:<hex>"

}  // namespace seald
