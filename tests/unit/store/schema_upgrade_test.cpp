#include "daemon/store/schema_upgrade.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/ledger_verify.hpp"
#include "daemon/store/opening_check.hpp"
#include "schema_text.hpp"
#include "temporary_state.hpp"
#include "tests/support/earlier_state.hpp"
#include "tests/support/small_disk.hpp"

namespace seald::test {
namespace {

// Every version before this one.
class SchemaUpgradeTest : public testing::TestWithParam<int> {
  protected:
    SchemaUpgradeTest() {
        for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(state_.file().string() + suffix);
        make_earlier_database(state_.path(), GetParam(), state_.signer());
    }
    std::string one(const std::string& sql) {
        return first_row(state_.connect(OpenMode::read_only)->query(sql), [](const Statement& row) { return row.text(0); }).value().value_or("nothing");
    }
    std::filesystem::path copy() const { return copy_before_upgrade(state_.path(), GetParam()); }
    TemporaryState state_;
};

TEST_P(SchemaUpgradeTest, AnUpgradedDatabaseIsAsAFreshOne) {
    state_.open();
    const TemporaryState fresh;
    const auto upgraded = schema_facts(*state_.connect());
    EXPECT_GT(upgraded.size(), 200U) << "the comparison must see something";
    EXPECT_THAT(upgraded, testing::ContainerEq(schema_facts(*fresh.connect())));
}

TEST_P(SchemaUpgradeTest, NothingIsLost) {
    state_.open();
    EXPECT_EQ(one("SELECT group_concat(name || ' ' || state || ' ' || epoch) FROM seal"), "contract in-force 3,old-contract lost 7");
    EXPECT_EQ(one("SELECT group_concat(number || ' ' || state) FROM application"), "A-2026-0001 sealed,A-2026-0002 submitted");
    EXPECT_EQ(one("SELECT group_concat(jti) FROM approval_use"), "jti-1");
    EXPECT_EQ(one("SELECT group_concat(id || ' ' || application) FROM notice"), "1 A-2026-0001,2 A-2026-0002");
    EXPECT_EQ(one("SELECT group_concat(notice || ' ' || channel || ' ' || attempts || ' ' || coalesce(outcome, 'due ' || due_at)) FROM notice_delivery"),
              "1 command 1 delivered,2 command 4 due 1795435320000");
    EXPECT_EQ(one("SELECT hex(print) FROM refused_pin"), "00112233445566778899AABBCCDDEEFF");
    EXPECT_EQ(one("SELECT hex(content) FROM (SELECT certificate AS content FROM seal_chain)").size(), 2 * 468U);
}

TEST_P(SchemaUpgradeTest, IsRecordedInTheLedgerWhichVerifies) {
    state_.open();
    const auto database = state_.connect(OpenMode::read_only);
    const auto report = verify_ledger(*database, state_.verifier()).value();
    EXPECT_TRUE(report.ok()) << report.faults.front().what;
    EXPECT_EQ(report.entries, earlier_entries + 1);
    const auto entry = find_entry(*database, earlier_entries).value().entry;
    EXPECT_EQ(entry.kind, "schema-upgraded");
    EXPECT_NE(entry.body.find("\"from\":" + std::to_string(GetParam()) + ",\"to\":" + std::to_string(schema_version)), std::string::npos) << entry.body;
}

TEST_P(SchemaUpgradeTest, HappensOnce) {
    state_.open();
    state_.open();
    EXPECT_EQ(one("SELECT count(*) FROM entry"), std::to_string(earlier_entries + 1));
}

TEST_P(SchemaUpgradeTest, AnEmptyLedgerIsUpgradedToo) {
    const TemporaryFolder folder;
    make_private_file(database_file(folder.path())).value();
    {
        const auto database = Database::open(database_file(folder.path()), OpenMode::read_write).value();
        database->run_script("PRAGMA journal_mode = WAL;" + earlier_schema(GetParam())).value();
        database->change("INSERT INTO meta (key, value) VALUES ('schema_version', ?), ('daemon_id', ?)", std::to_string(GetParam()), daemon_id).value();
    }
    EXPECT_TRUE(Store::open(folder.path(), state_.signer()));
}

TEST_P(SchemaUpgradeTest, KeepsTheDatabaseAsItWas) {
    for (const char* suffix : {".new", ".new-wal", "-wal", ""}) std::ofstream(copy().string() + suffix) << "of an attempt that a crash ended";
    state_.open();
    const auto kept = Database::open(copy(), OpenMode::read_only).value();
    EXPECT_EQ(find_schema_version(*kept).value(), GetParam());
    const auto report = verify_ledger(*kept, state_.verifier()).value();
    EXPECT_TRUE(report.ok());
    EXPECT_EQ(report.entries, earlier_entries);
    struct stat status {};
    ASSERT_EQ(::stat(copy().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    EXPECT_FALSE(std::filesystem::exists(copy().string() + ".new"));
}

TEST_P(SchemaUpgradeTest, ALedgerThatDoesNotCheckOutIsNotUpgraded) {
    state_.connect()->run_script("DROP TRIGGER entry_is_final; UPDATE entry SET body = CAST('{}' AS BLOB) WHERE idx = 11").value();
    EXPECT_EQ(error_of(state_.try_open()).code, ErrorCode::verification_failed);
    EXPECT_EQ(one("SELECT value FROM meta WHERE key = 'schema_version'"), std::to_string(GetParam()));
    EXPECT_FALSE(std::filesystem::exists(copy()));
}

TEST_P(SchemaUpgradeTest, ADatabaseThatWasRolledBackIsNotUpgraded) {
    {
        const auto store = state_.open();
        state_.write(*store, append_sample(0)).value();  // as every start of a daemon does
    }
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(state_.file().string() + suffix);
    std::filesystem::copy_file(copy(), state_.file());
    const auto error = error_of(state_.try_open());
    EXPECT_NE(error.message.find("rolled back"), std::string::npos) << error.message;
    EXPECT_EQ(one("SELECT value FROM meta WHERE key = 'schema_version'"), std::to_string(GetParam()));
}

TEST_P(SchemaUpgradeTest, ARowThatRefersToNothingStopsIt) {
    state_.connect()->run_script("PRAGMA foreign_keys = OFF; INSERT INTO seal_chain VALUES ('nobody', 0, X'00')").value();
    const auto error = error_of(state_.try_open());
    EXPECT_NE(error.message.find("seal_chain"), std::string::npos) << error.message;
    EXPECT_EQ(one("SELECT value FROM meta WHERE key = 'schema_version'"), std::to_string(GetParam()));
}

// Which the versions before allowed.
// Version 3 has them unique.
class UpgradeToUniqueSeals : public SchemaUpgradeTest {};

TEST_P(UpgradeToUniqueSeals, TwoSealsInForceThatReadTheSameAreNamedAndNothingIsChanged) {
    state_.connect()->run_script("UPDATE seal SET (kind, title, owner, certificate) = (SELECT kind, title, owner, certificate FROM seal WHERE name = 'contract') WHERE name = 'old-contract'").value();
    state_.connect()->run_script("DROP TRIGGER seal_end_is_final; UPDATE seal SET state = 'in-force' WHERE name = 'old-contract'").value();
    const auto error = error_of(state_.try_open());
    EXPECT_NE(error.message.find("contract and old-contract are in force with the same kind, title and owner"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("suspend one of them"), std::string::npos) << error.message;
    EXPECT_EQ(one("SELECT value FROM meta WHERE key = 'schema_version'"), std::to_string(GetParam()));
    EXPECT_FALSE(std::filesystem::exists(copy()));
}

INSTANTIATE_TEST_SUITE_P(From, UpgradeToUniqueSeals, testing::Range(1, 3));
INSTANTIATE_TEST_SUITE_P(From, SchemaUpgradeTest, testing::Range(1, int{schema_version}));

// The only version whose steps are many.
using UpgradeOfTheFirstVersion = SchemaUpgradeTest;

TEST_P(UpgradeOfTheFirstVersion, WhatFailsInTheMiddleChangesNothing) {
    state_.connect()->run_script("CREATE TABLE use_proof (of_somebody_else)").value();
    const auto error = error_of(state_.try_open());
    EXPECT_NE(error.message.find("nothing was changed"), std::string::npos) << error.message;
    EXPECT_EQ(one("SELECT value FROM meta WHERE key = 'schema_version'"), "1");
    EXPECT_EQ(one("SELECT count(*) FROM sqlite_master WHERE name = 'cosignature'"), "0") << "which is made before";
    EXPECT_EQ(one("SELECT count(*) FROM entry"), std::to_string(earlier_entries));
}

INSTANTIATE_TEST_SUITE_P(From, UpgradeOfTheFirstVersion, testing::Values(1));

TEST(SchemaUpgrade, WithoutRoomForACopyNothingIsChanged) {
    const TemporaryFolder folder;
    SmallDisk disk(folder.path(), 8);
    const TemporaryState state(folder.path());
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(state.file().string() + suffix);
    make_earlier_database(folder.path(), 1, state.signer());
    disk.fill();
    std::filesystem::resize_file(folder.path() / "filler", std::filesystem::file_size(folder.path() / "filler") - (100 << 10));
    const auto error = error_of(state.try_open());
    EXPECT_EQ(error.rule, disk_full_rule) << error.message;
    EXPECT_NE(error.message.find("a copy of the database needs 1 MB under " + folder.path().string()), std::string::npos) << error.message;
    EXPECT_EQ(find_schema_version(*state.connect()).value(), 1);
    disk.empty();
    EXPECT_TRUE(state.try_open());
}

}  // namespace
}  // namespace seald::test
