#include "daemon/store/schema_upgrade.hpp"

#include <boost/json/object.hpp>

#include "daemon/store/checkpoint_copies.hpp"
#include "daemon/store/database_copy.hpp"
#include "daemon/store/ledger_growth.hpp"
#include "daemon/store/opening_check.hpp"
#include "daemon/store/schema.hpp"
#include "daemon/store/state_files.hpp"
#include "daemon/store/store.hpp"
#include "daemon/version.hpp"

namespace seald {

namespace fs = std::filesystem;

// Appends outside of the writer, which is not there yet.
class SchemaUpgrade {
  public:
    SchemaUpgrade(Database& database, TileTree& tree, const NoteSigner& ledger_key) : database_(database), tree_(tree), ledger_key_(ledger_key) {}

    Result<void> run(std::int64_t from) {
        // Tables that others refer to are made anew; what refers to nothing afterwards is found before the commit.
        if (auto off = database_.run_script("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE"); !off) return off;
        auto done = change(from);
        if (done) done = database_.run_script("COMMIT");
        if (!done && database_.in_transaction()) static_cast<void>(database_.run_script("ROLLBACK"));  // closing it would do so too
        return done;
    }

  private:
    Result<void> change(std::int64_t from) {
        for (auto reached = from; reached < schema_version; ++reached)
            if (auto stepped = database_.run_script(upgrades_sql[reached - 1]); !stepped) return does_not_fit(from, stepped.error());
        if (auto sound = check_references(); !sound) return sound;
        auto set = database_.change("UPDATE meta SET value = ? WHERE key = 'schema_version'", std::to_string(schema_version));
        if (!set) return set.error();
        return record(from);
    }

    static Error does_not_fit(std::int64_t from, const Error& error) {
        if (error.code == ErrorCode::unavailable) return error;  // the disk, which can get better
        return unavailable("the database says that it has schema version " + std::to_string(from) +
                               ", but is not as that version was: it was changed by hand, or made by a seald that was never released; nothing was changed",
                           false, error.message + " " + error.detail);
    }

    Result<void> check_references() {
        const auto broken = first_row(database_.query("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1"),
                                      [](const Statement& row) { return row.text(0); });
        if (!broken) return broken.error();
        if (!*broken) return {};
        return verification_failed("the database holds rows that refer to nothing, in table " + **broken + ": restore a backup; nothing was changed");
    }

    Result<void> record(std::int64_t from) {
        const LedgerKeys keys(ledger_key_.verifier());  // a key was never changed before this version
        Transaction transaction(database_, tree_.size(), keys, false);
        const boost::json::object fields{{"from", from}, {"to", schema_version}, {"version", version}};
        if (auto appended = transaction.append(Entry::make("schema-upgraded", SystemClock().now(), fields)); !appended) return appended.error();
        if (auto grown = grow_ledger(database_, tree_, ledger_key_, transaction.leaves_); !grown) return grown.error();
        return {};
    }

    Database& database_;
    TileTree& tree_;
    const NoteSigner& ledger_key_;
};

namespace {

constexpr std::int64_t first_version_with_unique_seals = 3;

// Earlier versions let two seals in force read the same. Which of them stays is for people to say.
Result<void> check_unique_seals(Database& database, std::int64_t from) {
    if (from >= first_version_with_unique_seals) return {};
    const auto pair = first_row(database.query("SELECT one.name || ' and ' || other.name FROM seal AS one JOIN seal AS other "
                                               "ON one.kind = other.kind AND one.owner = other.owner AND one.title = other.title AND one.name < other.name "
                                               "WHERE one.state = 'in-force' AND other.state = 'in-force' LIMIT 1"),
                                [](const Statement& row) { return row.text(0); });
    if (!pair) return pair.error();
    if (!*pair) return {};
    return conflict("seal-not-unique", "the seals " + **pair + " are in force with the same kind, title and owner, and a seal is unique from this version on: start the "
                                       "seald that you had before, suspend one of them, then start this one again; nothing was changed");
}

}  // namespace

fs::path copy_before_upgrade(const fs::path& state_dir, std::int64_t from) {
    return database_file(state_dir).string() + ".version-" + std::to_string(from);
}

Result<void> upgrade_schema(const fs::path& state_dir, const NoteSigner& ledger_key, const std::vector<fs::path>& checkpoint_copies) {
    auto database = Database::open(database_file(state_dir), OpenMode::read_write);
    if (!database) return database.error();
    const auto from = find_schema_version(**database);
    if (!from) return from.error();
    if (*from < 1 || *from >= schema_version) return {};
    auto tree = check_ledger_end(**database, ledger_key.verifier());
    if (!tree) return tree.error();
    if (auto grown = check_against_copies(**database, tree->size(), ledger_key.verifier(), checkpoint_copies); !grown) return grown.error();
    if (auto unique = check_unique_seals(**database, *from); !unique) return unique;
    if (auto kept = copy_database(**database, copy_before_upgrade(state_dir, *from)); !kept) return kept.error();
    return SchemaUpgrade(**database, *tree, ledger_key).run(*from);
}

}  // namespace seald
