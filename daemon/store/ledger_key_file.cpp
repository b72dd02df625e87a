#include "daemon/store/ledger_key_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/state_files.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

fs::path next_key_file(const fs::path& state_dir) { return state_dir / "ledger.key.new"; }

Error failed(const std::string& doing, const fs::path& path) {
    return unavailable("cannot " + doing + " " + path.string() + ": " + std::strerror(errno), false);
}

bool is_there(const fs::path& file) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(file, ignored));
}

Result<NoteSigner> load_signer(const fs::path& file, const std::string& name) {
    auto key = PrivateKey::load_pem(file);
    if (!key) return key.error();
    return NoteSigner::make(name, std::move(*key));
}

bool holds(const fs::path& file, const NoteVerifier& key) {
    const auto signer = load_signer(file, key.name());
    return signer && signer->verifier().encode() == key.encode();
}

bool overwrite(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) return false;
    const std::string nothing(static_cast<std::size_t>(status.st_size), '\0');
    return ::pwrite(descriptor, nothing.data(), nothing.size(), 0) == static_cast<ssize_t>(nothing.size()) && ::fsync(descriptor) == 0;
}

// Its name stays: the next key takes it, or it is removed.
Result<void> overwrite_key(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0 && errno == ENOENT) return {};
    if (descriptor < 0) return failed("open", file);
    const bool done = overwrite(descriptor);
    const Error why = failed("overwrite", file);
    ::close(descriptor);
    if (!done) return why;
    return {};
}

// The key that the latest checkpoint was signed with is in force; where both signed it, the next one is.
Result<bool> is_next_in_force(const fs::path& state_dir, const NoteVerifier& next) {
    auto database = Database::open(database_file(state_dir), OpenMode::read_write);  // what a crash left in the log counts
    if (!database) return database.error();
    const auto latest = latest_checkpoint(**database);
    if (!latest) return latest.error();
    const auto note = SignedNote::decode(latest->note);
    return note && next.verify(*note).has_value();
}

// Half a file, or a key that no commit speaks of, is no key of the ledger's.
Result<void> end_interrupted_change(const fs::path& state_dir, const std::string& daemon_id) {
    const auto lock = StateLock::take(state_dir);  // a daemon that is changing its key now is not interrupted
    if (!lock) return lock.error();
    if (const auto next = load_signer(next_key_file(state_dir), daemon_id)) {
        const auto in_force = is_next_in_force(state_dir, next->verifier());
        if (!in_force) return in_force.error();
        if (*in_force) return settle_ledger_key(state_dir, next->verifier());
    }
    const auto current = load_signer(ledger_key_file(state_dir), daemon_id);
    if (!current) return current.error();
    return settle_ledger_key(state_dir, current->verifier());
}

}  // namespace

fs::path ledger_key_file(const fs::path& state_dir) { return state_dir / "ledger.key"; }
fs::path ledger_vkey_file(const fs::path& state_dir) { return state_dir / "ledger.vkey"; }

Result<NoteSigner> load_ledger_key(const fs::path& state_dir, const std::string& daemon_id) {
    if (is_there(next_key_file(state_dir)))
        if (auto ended = end_interrupted_change(state_dir, daemon_id); !ended) return ended.error();
    if (!is_there(ledger_key_file(state_dir)))
        return unavailable("there is no state in " + state_dir.string() + ": seald --init, with this configuration, makes it once; if seals are enrolled, restore the backup instead",
                           false);
    return load_signer(ledger_key_file(state_dir), daemon_id);
}

Result<NoteSigner> make_next_ledger_key(const fs::path& state_dir, const NoteVerifier& current) {
    if (auto settled = settle_ledger_key(state_dir, current); !settled) return settled.error();
    auto key = PrivateKey::generate(KeyAlgorithm::ed25519);
    if (!key) return key.error();
    if (auto saved = key->save_pem(next_key_file(state_dir)); !saved) return saved.error();
    return NoteSigner::make(current.name(), std::move(*key));
}

Result<void> settle_ledger_key(const fs::path& state_dir, const NoteVerifier& current) {
    const auto next = next_key_file(state_dir), key = ledger_key_file(state_dir);
    if (!is_there(next)) return {};
    if (holds(next, current)) {
        if (auto written = replace_file(ledger_vkey_file(state_dir), current.encode() + "\n"); !written) return written;
        if (auto gone = overwrite_key(key); !gone) return gone;
        if (::rename(next.c_str(), key.c_str()) != 0) return failed("replace", key);
        return sync_to_disk(state_dir);
    }
    if (!holds(key, current))
        return verification_failed("neither " + key.string() + " nor " + next.string() + " is the key that the ledger is signed with: restore it from the backup");
    if (auto gone = overwrite_key(next); !gone) return gone;
    if (::unlink(next.c_str()) != 0) return failed("remove", next);
    return sync_to_disk(state_dir);
}

}  // namespace seald
