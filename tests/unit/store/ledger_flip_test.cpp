// Somebody, or a failing disk, changes one thing in a ledger's database: every value of every row in turn, and single
// bytes of the file. Whatever changes what the ledger says is reported.
#include <cstdlib>
#include <fstream>

#include "daemon/store/ledger_verify.hpp"
#include "damaged_ledger.hpp"

namespace seald::test {
namespace {

const std::map<std::string, std::vector<std::string>> ledger_tables = {
    {"entry", {"idx", "body", "kind", "time", "seal", "person", "application", "result"}},
    {"entry_document", {"idx", "position", "digest", "name"}},
    {"detached_field", {"digest", "content"}},
    {"tile", {"level", "idx", "hashes"}},
    {"checkpoint", {"size", "note"}},
    {"ledger_key_change", {"receipt"}}};

class LedgerFlip : public testing::Test {
  protected:
    LedgerFlip() {
        const auto store = state_.open();
        for (std::uint64_t i = 0; i < 12; ++i) {
            WriteWork<std::uint64_t> work = [i](Transaction& transaction) {
                boost::json::object fields{{"caller", {{"id", "li.na"}}}, {"seal", "contract"}, {"application", "A-2026-0001"},
                                           {"document", {{"digest", detached_digest(std::to_string(i))}, {"name", "合同.pdf"}}}, {"result", "signed"}};
                if (i == 7) fields["approval"] = std::string(70'000, 'x');
                return transaction.append(Entry::make("outcome", noon, fields));
            };
            state_.write(*store, work).value();
            if (i == 4) change_key(*store);
        }
    }
    void change_key(Store& store) {
        WriteWork<std::uint64_t> work = [](Transaction& transaction) -> Result<std::uint64_t> {
            auto next = NoteSigner::make(daemon_id, PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
            const boost::json::object fields{{"old", transaction.ledger_keys().current().encode()}, {"new", next.verifier().encode()}};
            const auto index = transaction.append(Entry::make(std::string(ledger_key_changed), noon, fields));
            if (auto changed = transaction.change_ledger_key(std::move(next), *index); !changed) return changed.error();
            return index;
        };
        state_.write(store, work).value();
    }
    // Whether the ledger, and its search, are said to be as they were written.
    bool is_good(Database& database) {
        const auto receipts = key_change_receipts(database);
        const auto keys = receipts ? LedgerKeys::follow(state_.verifier(), *receipts) : Result<LedgerKeys>(receipts.error());
        if (!keys) return false;
        const auto report = verify_ledger(database, *keys);
        const auto indexes = check_indexes(database);
        return report && report->ok() && indexes && indexes->empty();
    }
    // All that the ledger's tables say.
    static std::string contents(Database& database) {
        std::string all;
        for (const auto& [table, columns] : ledger_tables) {
            std::string sql = "SELECT ''";
            for (const auto& column : columns) sql += " || '|' || coalesce(quote(" + column + "), '')";
            auto rows = all_rows(database.query(sql + " FROM " + table + " ORDER BY 1"), [](const Statement& row) { return row.text(0); });
            if (!rows) return "unreadable";
            for (const auto& row : *rows) all += table + row + "\n";
        }
        return all;
    }
    static std::vector<std::int64_t> row_numbers(Database& database, const std::string& table) {
        const bool keyed = table == "tile" || table == "entry_document";
        const std::string number = keyed ? "row_number() OVER ()" : "rowid";
        return all_rows(database.query("SELECT " + number + " FROM " + table), [](const Statement& row) { return row.integer(0); }).value();
    }
    // One value changed a little: a number by one, a text or blob in its last character, a NULL to something.
    static std::string change_of(const std::string& table, const std::string& column, std::int64_t row) {
        const std::string changed = "CASE typeof(" + column + ") WHEN 'integer' THEN " + column + " + 100 WHEN 'null' THEN 'x' WHEN 'text' THEN " +
                                    column + " || 'x' ELSE CAST(substr(" + column + ", 1, length(" + column + ") - 1) || x'00' AS BLOB) END";
        const std::string key = table == "tile" ? "level, idx" : "idx, position";
        const bool keyed = table == "tile" || table == "entry_document";
        const std::string where = keyed ? "(" + key + ") = (SELECT " + key + " FROM " + table + " LIMIT 1 OFFSET " + std::to_string(row - 1) + ")"
                                        : "rowid = " + std::to_string(row);
        return "UPDATE " + table + " SET " + column + " = " + changed + " WHERE " + where;
    }
    TemporaryState state_;
};

constexpr char no_rules[] =
    "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;"
    "DROP TRIGGER entry_is_final; DROP TRIGGER entry_document_is_final; DROP TRIGGER detached_field_is_final;"
    "DROP TRIGGER checkpoint_is_final; DROP TRIGGER full_tile_is_final; DROP TRIGGER ledger_key_change_is_final;";

TEST_F(LedgerFlip, EveryValueOfEveryRowIsWatched) {
    auto database = state_.connect();
    database->run_script(no_rules).value();
    ASSERT_TRUE(is_good(*database));
    int changes = 0;
    for (const auto& [table, columns] : ledger_tables)
        for (const auto row : row_numbers(*database, table))
            for (const auto& column : columns) {
                database->change("BEGIN").value();
                ASSERT_EQ(database->change(change_of(table, column, row)).value(), 1U) << table << "." << column << " " << row;
                EXPECT_FALSE(is_good(*database)) << table << "." << column << " of row " << row;
                database->change("ROLLBACK").value();
                ++changes;
            }
    EXPECT_GT(changes, 170);
    EXPECT_TRUE(is_good(*database));
}

// SEALD_EVERY_BYTE=1 takes all of them, which takes long.
TEST_F(LedgerFlip, NoByteOfTheFileChangesWhatTheLedgerSaysUnnoticed) {
    const auto original = contents(*state_.connect(OpenMode::read_only));
    std::string bytes;
    {
        std::ifstream file(state_.file(), std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(file), {});
    }
    const std::size_t step = std::getenv("SEALD_EVERY_BYTE") != nullptr ? 1 : 1009;
    const auto copy = state_.path() / "copy.db";
    int noticed = 0;
    for (std::size_t at = 100; at < bytes.size(); at += step) {
        auto flipped = bytes;
        flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
        for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(copy.string() + suffix);
        std::ofstream(copy, std::ios::binary) << flipped;
        auto database = Database::open(copy, OpenMode::read_write);
        if (database && is_good(**database))
            EXPECT_EQ(contents(**database), original) << "byte " << at;
        else
            ++noticed;
    }
    EXPECT_GT(noticed, 30);
}

}  // namespace
}  // namespace seald::test
