#include "daemon/store/sqlite.hpp"

#include "core/names.hpp"
#include "temporary_state.hpp"

namespace seald::test {
namespace {

class Sqlite : public testing::Test {
  protected:
    Sqlite() : database_(state_.connect()), db(*database_) {
        db.run_script(
              "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE, data BLOB, time INTEGER, CHECK (id < "
              "100)) STRICT")
            .value();
    }
    TemporaryState state_;
    std::unique_ptr<Database> database_;
    Database& db;
};

TEST_F(Sqlite, ValuesComeBackAsTheyWentIn) {
    const Bytes data{0, 1, 255};
    EXPECT_EQ(db.change("INSERT INTO thing VALUES (?, ?, ?, ?)", 7, std::string("李\0娜", 7), data, noon).value(), 1U);
    auto row = db.query("SELECT id, name, data, time FROM thing WHERE id = ?", std::uint64_t{7});
    ASSERT_TRUE(row.step().value());
    EXPECT_EQ(row.integer(0), 7);
    EXPECT_EQ(row.text(1), std::string("李\0娜", 7));
    EXPECT_EQ(row.blob(2), data);
    EXPECT_EQ(row.time(3), noon);
    EXPECT_FALSE(row.step().value());
}

TEST_F(Sqlite, AbsentAndEmptyAreNotTheSame) {
    db.change("INSERT INTO thing VALUES (1, ?, ?, NULL)", std::optional<std::string>(), Bytes()).value();
    db.change("INSERT INTO thing VALUES (2, ?, ?, NULL)", std::optional<std::string>(""), std::optional<Bytes>())
        .value();
    auto rows = db.query("SELECT name, data FROM thing ORDER BY id");
    ASSERT_TRUE(rows.step().value());
    EXPECT_EQ(rows.find_text(0), std::nullopt);
    EXPECT_EQ(rows.find_blob(1), Bytes());
    ASSERT_TRUE(rows.step().value());
    EXPECT_EQ(rows.find_text(0), "");
    EXPECT_EQ(rows.find_blob(1), std::nullopt);
}

TEST_F(Sqlite, AStatementInUseCanBeUsedOnceMore) {
    db.run_script("INSERT INTO thing (id) VALUES (1), (2)").value();
    auto outer = db.query("SELECT id FROM thing ORDER BY id");
    ASSERT_TRUE(outer.step().value());
    auto inner = db.query("SELECT id FROM thing ORDER BY id");
    ASSERT_TRUE(inner.step().value());
    ASSERT_TRUE(outer.step().value());
    EXPECT_EQ(outer.integer(0), 2);
    EXPECT_EQ(inner.integer(0), 1);
}

TEST_F(Sqlite, AReusedStatementRemembersNothing) {
    {
        auto first = db.query("SELECT ?, ?", 1, "secret");
        ASSERT_TRUE(first.step().value());
    }
    auto second = db.query("SELECT ?, ?", 2);
    ASSERT_TRUE(second.step().value());
    EXPECT_EQ(second.integer(0), 2);
    EXPECT_TRUE(second.is_null(1));
}

TEST_F(Sqlite, ADuplicateIsAConflict) {
    db.change("INSERT INTO thing (id, name) VALUES (1, 'a')").value();
    for (const char* sql :
         {"INSERT INTO thing (id, name) VALUES (1, 'b')", "INSERT INTO thing (id, name) VALUES (2, 'a')"}) {
        const auto error = error_of(db.change(sql));
        EXPECT_EQ(error.code, ErrorCode::conflict);
        EXPECT_EQ(error.rule, "already-there");
    }
}

TEST_F(Sqlite, ABrokenRuleIsAConflictAndItsTextStaysInTheDetail) {
    const auto error = error_of(db.change("INSERT INTO thing (id) VALUES (100)"));
    EXPECT_EQ(error.code, ErrorCode::conflict);
    EXPECT_EQ(error.rule, "store-rule");
    EXPECT_EQ(error.message.find("CHECK"), std::string::npos);
    EXPECT_NE(error.detail.find("CHECK"), std::string::npos);
}

TEST_F(Sqlite, AWrongTypeIsRefusedNotConverted) {
    EXPECT_EQ(error_of(db.change("INSERT INTO thing (id, name) VALUES (1, ?)", Bytes{1, 2})).code, ErrorCode::conflict);
}

TEST_F(Sqlite, AFullDiskSaysWhereToFreeSpace) {
    db.run_script("PRAGMA max_page_count = 1").value();  // SQLite never goes below what is there: the file is full now
    const auto error = error_of(db.change("INSERT INTO thing (id, data) VALUES (1, ?)", Bytes(100'000)));
    EXPECT_EQ(error.code, ErrorCode::unavailable);
    EXPECT_TRUE(error.retry);
    EXPECT_EQ(error.message, "the ledger's disk is full: free at least 32 MB under " + state_.path().string() + "; it goes on by itself then");
    EXPECT_NE(error.detail.find("SQLite 13"), std::string::npos);
}

TEST_F(Sqlite, AReadOnlyConnectionChangesNothing) {
    auto reading = state_.connect(OpenMode::read_only);
    EXPECT_EQ(error_of(reading->change("INSERT INTO thing (id) VALUES (1)")).code, ErrorCode::unavailable);
}

TEST_F(Sqlite, AFileThatIsNoDatabaseIsDamagedNotUsed) {
    TemporaryFolder folder;
    std::ofstream(folder.path() / "ledger.db") << std::string(5000, 'x');
    const auto opened = Database::open(folder.path() / "ledger.db", OpenMode::read_write);
    const auto error = opened ? error_of((*opened)->change("SELECT * FROM sqlite_schema")) : opened.error();
    EXPECT_EQ(error.code, ErrorCode::unavailable);
    EXPECT_NE(error.message.find("damaged"), std::string::npos);
}

TEST_F(Sqlite, AMissingFileIsNeverMade) {
    EXPECT_EQ(error_of(Database::open(state_.path() / "other.db", OpenMode::read_write)).code, ErrorCode::unavailable);
    EXPECT_FALSE(std::filesystem::exists(state_.path() / "other.db"));
}

TEST_F(Sqlite, ANumberThatDoesNotFitIsRefused) {
    EXPECT_EQ(error_of(db.change("INSERT INTO thing (id) VALUES (?)", ~std::uint64_t{0})).code,
              ErrorCode::unacceptable);
}

TEST_F(Sqlite, ANameThatCannotBeIsDamage) {
    db.change("INSERT INTO thing (id, name) VALUES (1, 'No Name')").value();
    const auto rows = all_rows(db.query("SELECT name FROM thing"),
                               [](const Statement& row) { return stored(SealName::decode(row.text(0))); });
    EXPECT_EQ(error_of(rows).code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace seald::test
