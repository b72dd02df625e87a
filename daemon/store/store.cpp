#include "daemon/store/store.hpp"

#include <boost/asio/use_awaitable.hpp>

#include "daemon/store/opening_check.hpp"
#include "daemon/store/reader.hpp"
#include "daemon/store/schema.hpp"
#include "daemon/store/schema_upgrade.hpp"
#include "daemon/store/state_files.hpp"
#include "daemon/store/writer.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;

Result<void> write_schema(const std::filesystem::path& file, const std::string& daemon_id) {
    auto database = Database::open(file, OpenMode::read_write);
    if (!database) return database.error();
    Database& db = **database;
    if (auto made = db.run_script("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;" + std::string(schema_sql)); !made)
        return made;
    for (const auto& [key, value] :
         {std::pair<const char*, std::string>{"schema_version", std::to_string(schema_version)},
          std::pair<const char*, std::string>{"daemon_id", daemon_id}})
        if (auto set = db.change("INSERT INTO meta (key, value) VALUES (?, ?)", key, value); !set) return set.error();
    if (auto committed = db.change("COMMIT"); !committed) return committed.error();
    return {};
}

// The schema is written beside and renamed when it is whole: a crash in the middle leaves no half-made state.
Result<void> make_database(const std::filesystem::path& state_dir, const std::string& daemon_id) {
    const auto fresh = state_dir / "ledger.db.new";
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::error_code ignored;  // if it stays, making the file fails and says so
        std::filesystem::remove(fresh.string() + suffix, ignored);
    }
    if (auto made = make_private_file(fresh); !made) return made;
    if (auto written = write_schema(fresh, daemon_id); !written) return written;
    if (auto synced = sync_to_disk(fresh); !synced) return synced;
    std::error_code failed;
    std::filesystem::rename(fresh, database_file(state_dir), failed);
    if (failed)
        return unavailable("cannot make the database under " + state_dir.string() + ": " + failed.message(), false);
    return sync_to_disk(state_dir);
}

Result<bool> is_there(const std::filesystem::path& file) {
    std::error_code failed;
    const bool there = std::filesystem::exists(std::filesystem::symlink_status(file, failed));
    if (failed && failed != std::errc::no_such_file_or_directory)
        return unavailable("cannot look at " + file.string() + ": " + failed.message(), false);
    return there;
}

}  // namespace

struct Store::Parts {
    StateLock lock;  // first: let go of last
    std::vector<CheckpointCopy> copies_at_opening;
    CheckpointKeeper keeper;
    Writer writer;
    Reader reader;

    Parts(StateLock state_lock, std::vector<CheckpointCopy> copies, std::unique_ptr<Database> database, TileTree tree, LedgerSigning signing,
          FileWatch watch, std::unique_ptr<Database> reading)
        : lock(std::move(state_lock)),
          copies_at_opening(copies),
          keeper(std::move(copies)),
          writer(std::move(database), std::move(tree), std::move(signing), std::move(watch), keeper),
          reader(std::move(reading)) {}
};

Result<void> Store::create(const std::filesystem::path& state_dir, const std::string& daemon_id) {
    const auto lock = StateLock::take(state_dir);
    if (!lock) return lock.error();
    const auto there = is_there(database_file(state_dir));
    if (!there) return there.error();
    if (*there)
        return conflict("state-exists",
                        "there is a ledger under " + state_dir.string() + " already: it is never overwritten");
    return make_database(state_dir, daemon_id);
}

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& state_dir, NoteSigner ledger_key,
                                           std::vector<std::filesystem::path> copies) {
    const auto file = database_file(state_dir);
    const auto there = is_there(file);
    if (!there) return there.error();
    if (!*there)
        return unavailable(
            "there is no ledger under " + state_dir.string() + ": make one with `seald --init`, or restore a backup",
            false);
    auto lock = StateLock::take(state_dir);
    if (!lock) return lock.error();
    copies.insert(copies.begin(), checkpoint_copy_beside(state_dir));
    if (auto upgraded = upgrade_schema(state_dir, ledger_key, copies); !upgraded) return upgraded.error();
    auto database = Database::open(file, OpenMode::read_write);
    if (!database) return database.error();
    if (auto known = check_schema(**database); !known) return known.error();
    const auto keys = read_ledger_keys(**database, ledger_key.verifier());
    if (!keys) return keys.error();
    auto tree = check_ledger_end(**database, *keys);
    if (!tree) return tree.error();
    const auto compared = check_against_copies(**database, tree->size(), *keys, copies);
    if (!compared) return compared.error();
    auto reading = Database::open(file, OpenMode::read_only);
    if (!reading) return reading.error();
    auto watch = FileWatch::start(file);
    if (!watch) return watch.error();
    return std::unique_ptr<Store>(new Store(std::make_unique<Parts>(std::move(*lock), *compared, std::move(*database), std::move(*tree),
                                                                    LedgerSigning(std::move(ledger_key), *keys), std::move(*watch), std::move(*reading))));
}

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() = default;

std::shared_ptr<const LedgerKeys> Store::ledger_keys() const { return parts_->writer.ledger_keys(); }

WriterFigures Store::figures() const { return parts_->writer.figures(); }
const std::vector<CheckpointCopy>& Store::copies_at_opening() const { return parts_->copies_at_opening; }
std::vector<CheckpointCopy> Store::copies() const { return parts_->keeper.copies(); }

asio::awaitable<Result<std::vector<TlogProof>>> Store::submit_write(WriteWork work, WhenFull when_full) {
    auto hand_in = [this, when_full](auto handler, WriteWork given) {
        parts_->writer.submit({.work = std::move(given), .when_full = when_full, .done = Completion<Writer::Answer>(std::move(handler))});
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(Writer::Answer)>(
        std::move(hand_in), asio::use_awaitable, std::move(work));
}

asio::awaitable<Result<void>> Store::submit_read(ReadWork work) {
    auto hand_in = [this](auto handler, ReadWork given) {
        parts_->reader.submit({.work = std::move(given), .done = Completion<Result<void>>(std::move(handler))});
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(Result<void>)>(
        std::move(hand_in), asio::use_awaitable, std::move(work));
}

}  // namespace seald
