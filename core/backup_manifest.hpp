// What a backup's folder holds: "manifest", a C2SP signed note by the ledger's key, and the parts of one archive, each encrypted
// by itself (core/envelope.hpp). The manifest shows nothing of the content but its size.
#pragma once
#include <string>
#include <vector>

#include "core/ledger_keys.hpp"
#include "core/digest.hpp"
#include "core/time.hpp"

namespace seald {

inline constexpr std::size_t backup_part_bytes = 16 << 20;      // of the archive, before it is encrypted
inline constexpr std::size_t max_backup_part_bytes = 17 << 20;  // encrypted
inline constexpr std::size_t max_manifest_bytes = 64 << 20;     // some hundred thousand parts

std::string backup_part_name(std::size_t position);  // from 0: "part-000001.p7m"

struct BackupRecipient {
    std::string certificate_sha256, subject;
};

struct BackupPart {
    std::uint64_t size = 0;  // encrypted
    Digest digest;           // SHA-256
};

struct BackupManifest {
    std::string daemon;      // its id, which is the ledger's origin
    std::string by;          // who asked for it; "schedule" when nobody did
    std::string version;     // of seald
    Timestamp made_at;       // when the copy began: what was acknowledged before is in it
    std::int64_t schema = 0;
    std::string checkpoint;  // the ledger's newest in it, a signed note
    std::uint64_t documents = 0;
    std::vector<BackupRecipient> recipients;
    std::uint64_t archive_size = 0;
    Digest archive_digest;   // SHA-256 of all parts' contents together
    std::vector<BackupPart> parts;

    std::string sign(const NoteSigner& ledger_key) const;
    // verification_failed: not signed by one of the ledger's keys, or its checkpoint not by that of its time; malformed: signed, but not understood.
    static Result<BackupManifest> open(std::string_view note, const LedgerKeys& keys);
};

}  // namespace seald
