#include "daemon/store/ledger_verify.hpp"

#include "damaged_ledger.hpp"

namespace seald::test {
namespace {

using Where = LedgerFault::Where;

class LedgerVerify : public DamagedLedger {
  protected:
    LedgerReport verify() { return verify_ledger(*state_.connect(OpenMode::read_only), state_.verifier()).value(); }
    // The first fault after an edit.
    LedgerFault first_fault(const std::string& sql) {
        edit(sql);
        const auto report = verify();
        if (!report.ok()) return report.faults.front();
        ADD_FAILURE() << "not noticed: " << sql;
        return {};
    }
    void expect_first_fault(const std::string& sql, Where where, std::uint64_t index) {
        const auto fault = first_fault(sql);
        EXPECT_EQ(fault.where, where) << fault.what;
        EXPECT_EQ(fault.index, index) << fault.what;
    }
};

TEST_F(LedgerVerify, AnUntouchedLedgerIsGood) {
    const auto report = verify();
    EXPECT_TRUE(report.ok());
    EXPECT_EQ(report.entries, entries);
    EXPECT_EQ(report.checkpoints, entries / batch);
}

TEST_F(LedgerVerify, AnEmptyLedgerIsGood) {
    const TemporaryState empty;
    const auto report = verify_ledger(*empty.connect(), empty.verifier()).value();
    EXPECT_TRUE(report.ok());
    EXPECT_EQ(report.entries, 0U);
}

TEST_F(LedgerVerify, AChangedEntryIsNamedAndNoOther) {
    expect_first_fault(
        "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), 'contract', 'finance') AS BLOB), seal = 'finance' "
        "WHERE idx = 321",
        Where::entry, 321);
    EXPECT_EQ(verify().faults.size(), 1U);
}

TEST_F(LedgerVerify, SwappedEntriesAreBothNamed) {
    edit(
        "UPDATE entry SET idx = 9999 WHERE idx = 5; UPDATE entry SET idx = 5 WHERE idx = 6; UPDATE entry SET idx = 6 "
        "WHERE idx = 9999;"
        "UPDATE entry_document SET idx = 9999 WHERE idx = 5; UPDATE entry_document SET idx = 5 WHERE idx = 6;"
        "UPDATE entry_document SET idx = 6 WHERE idx = 9999");
    const auto report = verify();
    ASSERT_EQ(report.faults.size(), 2U);
    EXPECT_EQ(report.faults[0].index, 5U);
    EXPECT_EQ(report.faults[1].index, 6U);
}

TEST_F(LedgerVerify, ARemovedEntryIsAGap) {
    expect_first_fault("DELETE FROM entry WHERE idx BETWEEN 40 AND 42", Where::entry, 40);
    const auto report = verify();
    EXPECT_EQ(report.faults.size(), 1U);
    EXPECT_EQ(report.faults[0].what, "missing: entry 40 to 42");
    EXPECT_EQ(report.checkpoints, entries / batch) << "the rest is still good";
}

TEST_F(LedgerVerify, ARemovedTailIsNoticed) {
    expect_first_fault("DELETE FROM entry WHERE idx >= 650", Where::tile, 512);
    EXPECT_EQ(verify().faults.back().where, Where::checkpoint);
}

TEST_F(LedgerVerify, AnEntryThatWasAddedIsUnderNoCheckpoint) {
    edit(
        "INSERT INTO entry (idx, body, kind, time) VALUES (700, "
        "CAST('{\"kind\":\"x\",\"time\":\"1970-01-01T00:00:00.000Z\"}' AS BLOB), 'x', 0)");
    const auto report = verify();
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.faults.back().where, Where::checkpoint);
    EXPECT_EQ(report.faults.back().index, 700U);
}

TEST_F(LedgerVerify, AnEntryFarBeyondTheEndDoesNotKeepItBusy) {
    expect_first_fault(
        "INSERT INTO entry (idx, body, kind, time) VALUES (9000000000000000000, CAST('{}' AS BLOB), 'x', 0)",
        Where::entry, 700);
}

TEST_F(LedgerVerify, AnEntryChangedTogetherWithItsTileStillMissesTheCheckpoint) {
    const auto forged = Entry::make("test", noon, {{"seal", "contract"}, {"number", 666}});
    const auto leaf = encode_hex(leaf_hash(as_bytes(forged.body)));
    const auto fault = first_fault("UPDATE entry SET body = CAST('" + forged.body +
                                   "' AS BLOB) WHERE idx = 321; DELETE FROM entry_document WHERE idx = 321;"
                                   "UPDATE tile SET hashes = CAST(substr(hashes, 1, 65 * 32) || x'" +
                                   leaf +
                                   "' || substr(hashes, 66 * 32 + 1) AS BLOB) "
                                   "WHERE level = 0 AND idx = 1");
    EXPECT_EQ(fault.where, Where::checkpoint) << fault.what;
    EXPECT_EQ(fault.index, 400U);
    EXPECT_NE(fault.what.find("from entry 300 to 399"), std::string::npos) << fault.what;
}

TEST_F(LedgerVerify, AChangedTileIsNoticed) {
    expect_first_fault("UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 1", Where::tile, 0);
    EXPECT_EQ(verify().faults.size(), 1U);
}

TEST_F(LedgerVerify, AMissingTileIsNoticed) {
    expect_first_fault("DELETE FROM tile WHERE level = 0 AND idx = 1", Where::tile, 256);
}

TEST_F(LedgerVerify, ATileThatCannotBeIsNoticed) {
    expect_first_fault(
        "PRAGMA ignore_check_constraints = ON; UPDATE tile SET hashes = x'00' WHERE level = 0 AND idx = 1", Where::tile,
        256);
}

TEST_F(LedgerVerify, ATileBeyondTheEndIsNoticed) {
    expect_first_fault("INSERT INTO tile VALUES (3, 9, zeroblob(32))", Where::tile, 700);
}

TEST_F(LedgerVerify, AHiddenEntryIsNoticed) {
    expect_first_fault("UPDATE entry SET seal = NULL WHERE idx = 17", Where::columns, 17);
    expect_first_fault("UPDATE entry SET time = 0 WHERE idx = 16", Where::columns, 16);
}

TEST_F(LedgerVerify, ADocumentThatIsNotFoundIsNoticed) {
    expect_first_fault("DELETE FROM entry_document WHERE idx = 30", Where::columns, 30);
    expect_first_fault("UPDATE entry_document SET name = 'other' WHERE idx = 20", Where::columns, 20);
    expect_first_fault("UPDATE entry_document SET position = 1 WHERE idx = 19", Where::columns, 19);
    expect_first_fault("INSERT INTO entry_document VALUES (18, 1, 'sha256:aa', '')", Where::columns, 18);
    EXPECT_EQ(verify().faults.size(), 4U);
}

TEST_F(LedgerVerify, ADocumentOfNoEntryIsNoticed) {
    expect_first_fault("INSERT INTO entry_document VALUES (700, 0, 'sha256:aa', '')", Where::columns, 700);
}

TEST_F(LedgerVerify, AFieldKeptBesideItsEntryBelongsToIt) {
    WriteWork<std::uint64_t> work = [](Transaction& transaction) {
        return transaction.append(Entry::make("decision", noon, {{"approval", std::string(100'000, 'x')}}));
    };
    state_.write(*state_.open(), work).value();
    EXPECT_TRUE(verify().ok());
    expect_first_fault("UPDATE detached_field SET content = CAST(replace(CAST(content AS TEXT), 'xxx', 'xyx') AS BLOB)",
                       Where::columns, 700);
    expect_first_fault("DELETE FROM detached_field", Where::columns, 700);
}

TEST_F(LedgerVerify, AForgedCheckpointIsNamed) {
    expect_first_fault(
        "UPDATE checkpoint SET note = replace(note, daemon, daemon) || 'x' FROM (SELECT 'seald' AS daemon) WHERE size "
        "= 300",
        Where::checkpoint, 300);
    EXPECT_EQ(verify().checkpoints, entries / batch - 1);
}

TEST_F(LedgerVerify, ACheckpointInAnothersPlaceIsNamed) {
    expect_first_fault("UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 200) WHERE size = 300",
                       Where::checkpoint, 300);
}

TEST_F(LedgerVerify, ARemovedLastCheckpointIsNoticed) {
    expect_first_fault("DELETE FROM checkpoint WHERE size = 700", Where::checkpoint, 600);
}

TEST_F(LedgerVerify, AnotherKeyVerifiesNothing) {
    const auto other = NoteSigner::make(daemon_id, PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    const auto report = verify_ledger(*state_.connect(), other.verifier()).value();
    EXPECT_EQ(report.checkpoints, 0U);
    EXPECT_EQ(report.faults.front().where, Where::checkpoint);
}

}  // namespace
}  // namespace seald::test
