#include "daemon/store/opening_check.hpp"

#include "damaged_ledger.hpp"

namespace seald::test {
namespace {

class OpeningCheck : public DamagedLedger {
  protected:
    Error refusal_to_open() { return error_of(Store::open(state_.path(), state_.signer())); }
    void expect_refused(const std::string& edit_sql, const std::string& words) {
        edit(edit_sql);
        const auto error = refusal_to_open();
        EXPECT_EQ(error.code, ErrorCode::verification_failed);
        EXPECT_NE(error.message.find(words), std::string::npos) << error.message;
        EXPECT_NE(error.message.find("sealctl ledger verify"), std::string::npos) << error.message;
    }
};

TEST_F(OpeningCheck, AnUntouchedLedgerOpens) { EXPECT_TRUE(Store::open(state_.path(), state_.signer())); }

TEST_F(OpeningCheck, ANewerSchemaIsLeftAlone) {
    edit("UPDATE meta SET value = '6' WHERE key = 'schema_version'");
    const auto error = refusal_to_open();
    EXPECT_EQ(error.code, ErrorCode::unavailable);
    EXPECT_NE(error.message.find("schema version 6"), std::string::npos);
}

TEST_F(OpeningCheck, ALostVersionIsNotTakenForTheCurrentOne) {
    edit("DELETE FROM meta WHERE key = 'schema_version'");
    EXPECT_EQ(refusal_to_open().code, ErrorCode::unavailable);
}

TEST_F(OpeningCheck, AnotherKeysLedgerIsRefused) {
    auto other = NoteSigner::make(daemon_id, PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    EXPECT_EQ(error_of(Store::open(state_.path(), std::move(other))).code, ErrorCode::verification_failed);
}

TEST_F(OpeningCheck, AnotherDaemonsLedgerIsRefusedEvenWhenEmpty) {
    const TemporaryFolder folder;
    Store::create(folder.path(), "other.example.org").value();
    EXPECT_EQ(error_of(Store::open(folder.path(), state_.signer())).code, ErrorCode::verification_failed);
}

TEST_F(OpeningCheck, AChangedLastEntryIsRefused) {
    expect_refused("UPDATE entry SET body = CAST('{}' AS BLOB) WHERE idx = 699", "the last entry");
}

TEST_F(OpeningCheck, AMissingTailIsRefused) {
    expect_refused("DELETE FROM entry WHERE idx >= 690", "does not fit the number of entries");
}

TEST_F(OpeningCheck, AnEntryThatWasAddedIsRefused) {
    expect_refused("INSERT INTO entry (idx, body, kind, time) VALUES (700, CAST('{}' AS BLOB), 'x', 0)",
                   "does not fit the number of entries");
}

TEST_F(OpeningCheck, ARemovedLastCheckpointIsRefused) {
    expect_refused("DELETE FROM checkpoint WHERE size = 700", "over 600 entries, but there are 700");
}

TEST_F(OpeningCheck, RemovedCheckpointsAreRefused) { expect_refused("DELETE FROM checkpoint", "no checkpoint"); }

TEST_F(OpeningCheck, AForgedCheckpointIsRefused) {
    expect_refused(
        "UPDATE checkpoint SET note = replace(note, char(10) || '700' || char(10), char(10) || '701' || char(10)) "
        "WHERE size = 700",
        "not signed by this ledger key");
}

TEST_F(OpeningCheck, ACheckpointOfAnotherSizeIsRefused) {
    expect_refused("UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 600) WHERE size = 700",
                   "over 600 entries");
}

TEST_F(OpeningCheck, AChangedEdgeIsRefused) {
    expect_refused("UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 1", "the tree's root");
}

TEST_F(OpeningCheck, ACutTileIsRefused) {
    expect_refused("UPDATE tile SET hashes = substr(hashes, 1, 32) WHERE level = 0 AND idx = 2", "does not fit");
}

TEST_F(OpeningCheck, AnEmptiedLedgerIsRefused) { expect_refused("DELETE FROM entry", "a checkpoint, but no entry"); }

}  // namespace
}  // namespace seald::test
