#include "daemon/restore.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <iostream>

#include "core/backup_folder.hpp"
#include "daemon/restore_entry.hpp"
#include "daemon/restore_loss.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/ledger_verify.hpp"
#include "daemon/store/opening_check.hpp"
#include "daemon/store/state_files.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

// Everything is made in here first; a restore that did not come to its end is cleared away by the next.
fs::path staging_in(const fs::path& state_dir) { return state_dir / "restoring"; }

Error cannot(const std::string& what, const fs::path& path, const std::string& why) {
    return unavailable("cannot " + what + " " + path.string() + ": " + why + "; nothing was restored", false);
}

Result<PinnedKey> read_ledger_key(const std::string& text_or_file, const std::string& daemon_id) {
    std::string text = text_or_file;
    if (std::ifstream in(text_or_file, std::ios::binary); in) text.assign(std::istreambuf_iterator<char>(in), {});
    auto key = PinnedKey::decode(text);
    if (!key)
        return malformed("--ledger-key: " + key.error().message + "; it is what --init printed for the auditors to keep, or a file with it. Only with it is it certain whose backup this is");
    if (key->key.name() != daemon_id) return unacceptable("the ledger key is that of " + key->key.name() + ", the configuration is for " + daemon_id + ": check daemon.id");
    return key;
}

// What is made here must be the daemon's own.
Result<void> check_user(const fs::path& state_dir) {
    struct stat status {};
    if (::stat(state_dir.c_str(), &status) != 0 || status.st_uid == ::geteuid()) return {};
    return conflict("not-the-daemons-user", state_dir.string() + " belongs to uid " + std::to_string(status.st_uid) + ", whose daemon could not read what is restored by uid " +
                                                std::to_string(::geteuid()) + ": run this as that user");
}

// Only what a restore that did not come to its end leaves may be there: the database is put in place last.
Result<void> check_empty(const fs::path& state_dir) {
    const bool interrupted = fs::exists(staging_in(state_dir));
    if (fs::exists(database_file(state_dir)) || (fs::exists(state_dir / "ledger.key") && !interrupted))
        return conflict("state-exists", "there is a state in " + state_dir.string() + " already: a backup is restored only where there is none; move it away and keep it for the auditors");
    return {};
}

Result<void> make_folder(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
    return cannot("make the folder", folder, std::strerror(errno));
}

// Held to the end: nobody else restores, or makes a state, in there meanwhile.
Result<StateLock> take_state_dir(const fs::path& state_dir) {
    std::error_code failed;
    fs::create_directories(state_dir.parent_path(), failed);
    if (auto made = make_folder(state_dir); !made) return made.error();
    auto lock = StateLock::take(state_dir);
    if (!lock) return lock.error();
    if (auto empty = check_empty(state_dir); !empty) return empty.error();  // somebody may have been quicker
    return lock;
}

Result<fs::path> make_staging(const fs::path& state_dir) {
    std::error_code failed;
    const fs::path staging = staging_in(state_dir);
    fs::remove_all(staging, failed);
    if (failed) return cannot("clear away", staging, failed.message());
    if (auto made = make_folder(staging); !made) return made.error();
    return staging;
}

Result<void> move_into(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    fs::rename(from, to, failed);
    if (failed) return cannot("put in place", to, failed.message());
    return {};
}

// The whole ledger, and that it is the one that the manifest speaks of and the kept checkpoints have seen.
Result<void> verify_state(const fs::path& file, const BackupManifest& manifest, const LedgerKeys& keys, const std::vector<KnownCheckpoint>& known, std::uint64_t size) {
    auto database = Database::open(file, OpenMode::read_write);
    if (!database) return database.error();
    const auto report = verify_ledger(**database, keys);
    if (!report) return report.error();
    if (!report->ok()) return verification_failed("the ledger in the backup does not verify: " + report->faults.front().what);
    const auto indexes = check_indexes(**database);
    if (!indexes) return indexes.error();
    if (!indexes->empty()) return verification_failed("the database in the backup does not check out: " + indexes->front());
    const auto latest = latest_checkpoint(**database);
    if (!latest) return latest.error();
    if (latest->note != manifest.checkpoint) return verification_failed("the ledger in the backup ends elsewhere than its manifest says");
    for (const auto& each : known) {
        if (each.checkpoint.size > size) continue;  // judged already
        TileReader tiles(**database);
        const auto root = root_hash(each.checkpoint.size, [&](unsigned level, std::uint64_t index) { return tiles.node(level, index); });
        if (!root || *root != each.checkpoint.root)
            return verification_failed(each.file.string() + " has seen another ledger than the backup's: it was forked before the backup was made");
    }
    return {};
}

Result<NoteSigner> load_signer(const fs::path& file, const NoteVerifier& expected) {
    auto key = PrivateKey::load_pem(file);
    if (!key) return key.error();
    auto signer = NoteSigner::make(expected.name(), std::move(*key));
    if (signer && signer->verifier().encode() != expected.encode()) return verification_failed("the ledger key in the backup is not the one that was given");
    return signer;
}

// What lies beside the backup proves itself, or is refused with the rest.
void add_changes_beside(PinnedKey& key, const fs::path& backup) {
    std::ifstream in(backup / "ledger.vkey", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (const auto beside = PinnedKey::decode(text)) key.receipts.insert(key.receipts.end(), beside->receipts.begin(), beside->receipts.end());
}

// The backup's ledger may be from before a change that the auditors know of.
NoteVerifier key_of(const LedgerKeys& keys, std::uint64_t size) {
    for (const auto& change : keys.changes())
        if (size < change.checkpoint.size) return change.from;
    return keys.current();
}

// Those that are known, and the changes that the backup's ledger proves.
Result<LedgerKeys> follow_changes(const fs::path& file, PinnedKey known) {
    auto database = Database::open(file, OpenMode::read_write);
    if (!database) return database.error();
    const auto schema = find_schema_version(**database);
    if (!schema) return schema.error();
    const auto receipts = *schema < first_version_with_key_changes ? Result<std::vector<std::string>>(std::vector<std::string>()) : key_change_receipts(**database);
    if (!receipts) return receipts.error();
    known.receipts.insert(known.receipts.end(), receipts->begin(), receipts->end());
    return LedgerKeys::follow(known.key, known.receipts);
}

// In the staging folder, through the store as the daemon has it: upgraded where it is older, recorded, checkpointed.
Result<void> write_into(const fs::path& staging, NoteSigner signer, const Restored& restored) {
    auto store = Store::open(staging, std::move(signer));
    if (!store) return store.error();
    asio::io_context loop;
    std::function<Result<std::uint64_t>(Transaction&)> work = [&restored, now = SystemClock().now()](Transaction& transaction) -> Result<std::uint64_t> {
        if (auto written = write_restored(transaction, restored, now); !written) return written.error();
        return std::uint64_t{0};
    };
    auto written = asio::co_spawn(loop, (*store)->write(std::move(work)), asio::use_future);
    loop.run();
    if (auto committed = written.get(); !committed) return committed.error();
    return {};
}

// A checkpoint of what is lost would stop the daemon, and is evidence.
Result<void> set_aside(const std::vector<KnownCheckpoint>& known, const std::vector<fs::path>& kept, std::uint64_t size) {
    for (const auto& each : known) {
        if (each.checkpoint.size <= size || std::ranges::find(kept, each.file) == kept.end()) continue;
        const fs::path aside = each.file.string() + ".lost-" + std::to_string(each.checkpoint.size);
        if (auto moved = move_into(each.file, aside); !moved) return moved;
        std::cout << each.file.string() << " knows of entries that are lost: it is " << aside.string() << " now; keep it for the auditors\n";
    }
    return {};
}

Result<void> put_in_place(const fs::path& staging, const fs::path& state_dir) {
    std::error_code failed;
    fs::remove_all(state_dir / "documents", failed);  // of a restore that did not come to its end
    if (fs::exists(staging / "documents"))
        if (auto moved = move_into(staging / "documents", state_dir / "documents"); !moved) return moved;
    for (const auto& entry : fs::directory_iterator(staging / "keys"))
        if (auto moved = move_into(entry.path(), state_dir / entry.path().filename()); !moved) return moved;
    if (auto moved = move_into(checkpoint_copy_beside(staging), checkpoint_copy_beside(state_dir)); !moved) return moved;
    if (auto synced = sync_to_disk(state_dir); !synced) return synced;
    if (auto moved = move_into(database_file(staging), database_file(state_dir)); !moved) return moved;
    if (auto synced = sync_to_disk(state_dir); !synced) return synced;
    fs::remove_all(staging, failed);  // the next start does not mind it
    return {};
}

}  // namespace

Result<void> restore_state(const Configuration& configuration, const RestoreOptions& options) {
    if (auto own = check_user(configuration.state_dir); !own) return own;
    if (auto empty = check_empty(configuration.state_dir); !empty) return empty;
    auto key = read_ledger_key(options.ledger_key, configuration.policy.daemon_id);
    if (!key) return key.error();
    add_changes_beside(*key, options.backup);
    const auto known_keys = LedgerKeys::follow(key->key, key->receipts);
    if (!known_keys) return known_keys.error();
    const auto backup = open_backup(options.backup, *known_keys);
    if (!backup) return backup.error();
    const auto recipient = PrivateKey::load_pem(options.key);
    if (!recipient) return recipient.error();
    const auto checkpoint = known_keys->open(backup->manifest.checkpoint);
    if (!checkpoint) return checkpoint.error();
    const auto known = read_known(configuration.checkpoint_copies, options.since, *known_keys);
    if (!known) return known.error();
    const auto loss = judge_loss(checkpoint->size, *known, options.accept_loss_from);
    if (!loss) return loss.error();

    const auto lock = take_state_dir(configuration.state_dir);
    if (!lock) return lock.error();
    const auto staging = make_staging(configuration.state_dir);
    if (!staging) return staging.error();
    const auto files = unpack_backup(*backup, *recipient, *staging);
    if (!files) return files.error();
    const auto keys = follow_changes(database_file(*staging), *key);
    if (!keys) return keys.error();
    if (auto good = verify_state(database_file(*staging), backup->manifest, *keys, *known, checkpoint->size); !good) return good;
    auto signer = load_signer(*staging / "keys" / "ledger.key", key_of(*keys, checkpoint->size));
    if (!signer) return signer.error();
    if (auto written = replace_file(*staging / "keys" / "ledger.vkey", signer->verifier().encode() + "\n"); !written) return written;
    const Restored restored{backup->manifest_digest, backup->manifest, checkpoint->size, *known, *loss, options.reason};
    if (auto written = write_into(*staging, std::move(*signer), restored); !written) return written;
    if (auto aside = set_aside(*known, configuration.checkpoint_copies, checkpoint->size); !aside) return aside;
    if (auto placed = put_in_place(*staging, configuration.state_dir); !placed) return placed;
    std::cout << "restored " << checkpoint->size << " ledger entries and " << backup->manifest.documents << " documents into " << configuration.state_dir.string()
              << "\nall seals are suspended, all approvals void, all tokens locked: start seald, run `sealctl ledger verify`, unlock the tokens, "
                 "then `sealctl seal resume` each seal\n";
    return {};
}

}  // namespace seald
