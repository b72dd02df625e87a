#include "daemon/backup/backup_entry.hpp"

#include <boost/json/array.hpp>

namespace seald {

Entry make_backup_entry(boost::json::object caller, const BackupManifest& manifest, const std::string& manifest_digest, std::uint64_t entries, Timestamp now) {
    boost::json::array recipients;
    for (const auto& each : manifest.recipients)
        recipients.push_back(boost::json::object{{"certificate_sha256", each.certificate_sha256}, {"subject", each.subject}});
    const boost::json::object fields{{"caller", std::move(caller)},
                                     {"manifest", manifest_digest},
                                     {"made_at", to_rfc3339(manifest.made_at)},
                                     {"entries", entries},
                                     {"documents", manifest.documents},
                                     {"recipients", std::move(recipients)}};
    return Entry::make("backup-created", now, fields);
}

std::string digest_of_manifest(std::string_view note) { return "sha256:" + Digest::of(DigestAlgorithm::sha256, as_bytes(note)).hex(); }

}  // namespace seald
