#include "client/backup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <cerrno>
#include <cstring>

#include "client/answer_reader.hpp"
#include "client/commands/ledger_verdict.hpp"
#include "client/ledger_database.hpp"
#include "client/private_folder.hpp"
#include "client/user_files.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours copying{2};  // a large database takes long
constexpr std::chrono::minutes one_part{2};

Result<void> make_folder(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0700) == 0) return {};
    if (errno == EEXIST) return conflict("folder-exists", "there is something at " + folder.string() + " already: a backup goes into a folder of its own");
    return unavailable("cannot make the folder " + folder.string() + ": " + std::strerror(errno), false);
}

Result<void> sync_folder(const fs::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    if (descriptor >= 0) ::close(descriptor);
    if (synced) return {};
    return unavailable("cannot make the folder " + folder.string() + " durable: " + std::strerror(errno), false);
}

Result<FetchedBackup> fetch_into(const ApiClient& api, const fs::path& folder) {
    const auto begun = api.with_time_limit(copying).post("/v1/backups", boost::json::object());
    if (!begun) return begun.error();
    AnswerReader in(*begun);
    const std::string base = "/v1/backups/" + percent_encode(in.text("id"));
    FetchedBackup fetched{.manifest_digest = {}, .entries = static_cast<std::uint64_t>(in.integer("entries")), .ledger_index = 0, .parts = 0, .bytes = 0};
    if (auto understood = in.finish(); !understood) return understood.error();
    const auto patient = api.with_time_limit(one_part);
    for (;; ++fetched.parts) {
        const auto part = patient.get_text(base + "/parts/" + std::to_string(fetched.parts));
        if (!part) return part.error();
        if (part->empty()) break;
        if (auto written = write_file(folder / backup_part_name(fetched.parts), as_bytes(*part), IfExists::refuse); !written) return written.error();
        fetched.bytes += part->size();
    }
    const auto key = fetch_ledger_key(api);
    if (!key) return key.error();
    if (auto written = write_file(folder / "ledger.vkey", as_bytes(key->known.encode()), IfExists::refuse); !written) return written.error();
    if (auto synced = sync_folder(folder); !synced) return synced.error();
    const auto finished = patient.post(base + "/finish", boost::json::object());
    if (!finished) return finished.error();
    AnswerReader end(*finished);
    const std::string manifest = end.text("manifest");
    fetched.manifest_digest = end.text("manifest_digest");
    fetched.ledger_index = static_cast<std::uint64_t>(end.integer("ledger_index"));
    if (auto understood = end.finish(); !understood) return understood.error();
    if (auto written = write_file(folder / "manifest", as_bytes(manifest), IfExists::refuse); !written) return written.error();
    return fetched;
}

Check failed(const std::string& name, const Error& error) { return {name, Outcome::failed, error.message}; }

// The newest checkpoint in the manifest is the database's own: what was encrypted is what was signed for.
Check same_ledger_check(const BackupManifest& manifest, const Checkpoint& latest, const LedgerKeys& keys) {
    const auto signed_for = keys.open(manifest.checkpoint);
    if (signed_for && signed_for->size == latest.size && signed_for->root == latest.root)
        return {"content", Outcome::passed, std::to_string(latest.size) + " ledger entries and " + std::to_string(manifest.documents) + " documents, as the manifest says"};
    return {"content", Outcome::failed, "the ledger in the backup ends elsewhere than its manifest says"};
}

Result<std::vector<Check>> inspect_inside(const InspectedBackup& inspected, const InspectOptions& options) {
    const auto key = PrivateKey::load_pem(options.key);
    if (!key) return key.error();
    const auto since = load_since(options.since, inspected.ledger_key.keys);
    if (!since) return since.error();
    const PrivateFolder private_folder;  // what is unpacked here holds the ledger's key
    const auto folder = private_folder.path();
    if (!folder) return folder.error();
    std::vector<Check> checks;
    const auto files = unpack_backup(inspected.backup, *key, *folder);
    if (!files && files.error().code != ErrorCode::verification_failed) return files.error();
    if (!files) return std::vector<Check>{failed("decryption", files.error())};
    checks.push_back({"decryption", Outcome::passed, std::to_string(files->size()) + " files, each as the manifest says"});
    const auto changes = read_database_key_changes(*folder / archived_database);
    const auto followed = changes ? inspected.ledger_key.followed(*changes) : Result<LedgerKey>(changes.error());
    auto ledger = followed ? verify_database(*folder / archived_database, followed->keys, *since) : Result<VerifiedDatabase>(followed.error());
    if (!ledger && ledger.error().code != ErrorCode::verification_failed) return ledger.error();
    if (!ledger) {
        checks.push_back(failed("ledger", ledger.error()));
        return checks;
    }
    checks.push_back(same_ledger_check(inspected.backup.manifest, ledger->checkpoint, followed->keys));
    checks.insert(checks.end(), ledger->verification.checks.begin(), ledger->verification.checks.end());
    return checks;
}

}  // namespace

Result<FetchedBackup> fetch_backup(const ApiClient& api, const fs::path& folder) {
    if (auto made = make_folder(folder); !made) return made.error();
    auto fetched = fetch_into(api, folder);
    std::error_code ignored;
    if (!fetched) fs::remove_all(folder, ignored);
    return fetched;
}

Result<InspectedBackup> inspect_backup(const fs::path& folder, const InspectOptions& options) {
    const auto known = find_ledger_key_for(options.ledger_key, folder);
    if (!known) return known.error();
    const auto changes = read_key_changes(folder / "ledger.vkey");
    if (!changes) return changes.error();
    auto key = known->followed(*changes);
    if (!key) return key.error();
    auto backup = open_backup(folder, key->keys);
    if (!backup) return backup.error();
    InspectedBackup inspected{std::move(*backup), std::move(*key), {}};
    const std::string warning = inspected.ledger_key.pinned ? "" : "; NOT PINNED: give --ledger-key, or this proves nothing against whoever made the copy";
    inspected.checks.push_back({"manifest", Outcome::passed, "signed by the ledger's key, " + inspected.ledger_key.source + warning});
    const auto parts = check_parts(inspected.backup);
    inspected.checks.push_back(parts ? Check{"parts", Outcome::passed, std::to_string(inspected.backup.manifest.parts.size()) + ", each as the manifest says"}
                                     : failed("parts", parts.error()));
    if (!parts) return inspected;
    if (options.key.empty()) {
        inspected.checks.push_back({"content", Outcome::not_checked, "encrypted; --key with a recipient's private key checks all of it"});
        return inspected;
    }
    const auto inside = inspect_inside(inspected, options);
    if (!inside) return inside.error();
    inspected.checks.insert(inspected.checks.end(), inside->begin(), inside->end());
    return inspected;
}

}  // namespace seald
