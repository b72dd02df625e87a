// Old entries are purged: what is left verifies and says so; anything else that is missing is still reported.
#include "daemon/store/ledger_purge.hpp"

#include "damaged_ledger.hpp"
#include "daemon/store/ledger_verify.hpp"
#include "daemon/store/opening_check.hpp"

namespace seald::test {
namespace {

constexpr Timestamp now = noon + std::chrono::hours(24 * 365 * 6);

Entry purge_entry(const PurgePlan& plan, const PurgeFacts& facts) {
    const boost::json::object fields{{"caller", {{"id", "sun.li"}}}, {"first", plan.begin}, {"end", plan.end}, {"root", encode_base64(facts.root)}, {"seals", facts.seals}};
    return Entry::make(std::string(ledger_purged), now, fields);
}

class LedgerPurge : public DamagedLedger {
  protected:
    // As the daemon does it; entries from so many on are still needed.
    Result<PurgeCounts> purge(Timestamp before = now) {
        const auto store = state_.open();
        WriteWork<PurgeCounts> work = [before](Transaction& transaction) -> Result<PurgeCounts> {
            auto& database = transaction.database();
            const auto plan = plan_purge(database, before, now).value();
            if (plan.begin == plan.end) return conflict("nothing", "nothing");
            const auto facts = read_purge_facts(database, plan.end).value();
            const auto index = transaction.append(purge_entry(plan, facts));
            if (!index) return index.error();
            return purge_entries(database, plan, *index, before);
        };
        auto done = state_.write(*store, work);
        if (!done) return done.error();
        return done->value;
    }
    LedgerReport report() { return verify_ledger(*state_.connect(OpenMode::read_only), state_.verifier()).value(); }
    PurgePlan plan(Timestamp before = now) { return plan_purge(*state_.connect(OpenMode::read_only), before, now).value(); }
    void append(std::uint64_t count) {
        const auto store = state_.open();
        for (std::uint64_t i = 0; i < count; ++i) state_.write(*store, append_sample(i)).value();
    }
};

TEST_F(LedgerPurge, TakesWholeBundlesAndTheRestVerifies) {
    EXPECT_EQ(plan().end, 512U);
    EXPECT_EQ(purge().value().entries, 512U);
    const auto verified = report();
    EXPECT_TRUE(verified.ok()) << verified.faults.front().what;
    ASSERT_TRUE(verified.purge);
    EXPECT_EQ(verified.purge->end, 512U);
    EXPECT_EQ(verified.purge->person, "sun.li");
    EXPECT_EQ(verified.entries, entries - 512 + 1);
    const auto database = state_.connect(OpenMode::read_only);
    EXPECT_NE(error_of(find_entry(*database, 17)).message.find("purged"), std::string::npos);
    EXPECT_NE(error_of(entry_bundle(*database, 1, 256)).message.find("purged"), std::string::npos);
    EXPECT_TRUE(tile_bytes(*database, 0, 1, 256));
    EXPECT_TRUE(receipt_for(*database, 600));
    EXPECT_EQ(error_of(find_entry(*database, 5000)).message.find("purged"), std::string::npos);
}

TEST_F(LedgerPurge, GoesOnFromWhereTheLastOneEnded) {
    purge().value();
    append(400);
    EXPECT_EQ(plan().begin, 512U);
    EXPECT_FALSE(purge()) << "the entry that says so is not old enough";
    EXPECT_EQ(purge(now + std::chrono::hours(1)).value().entries, 512U);
    const auto verified = report();
    EXPECT_TRUE(verified.ok()) << verified.faults.front().what;
    EXPECT_EQ(verified.purge.value().end, 1024U);
    append(1);
    EXPECT_TRUE(report().ok());
}

TEST_F(LedgerPurge, OnlyTakesWhatIsOldEnough) {
    EXPECT_EQ(plan(noon).end, 0U);
    EXPECT_FALSE(purge(noon));
    EXPECT_TRUE(report().ok());
}

TEST_F(LedgerPurge, LeavesWhatIsStillNeeded) {
    edit("INSERT INTO training VALUES (300, 'li.na', 'use', " + std::to_string((now + std::chrono::hours(1)).time_since_epoch().count()) + ", 'zhang.wei', 0)");
    EXPECT_EQ(plan().end, 256U);
    EXPECT_NE(plan().held_back.find("training"), std::string::npos);
    edit("UPDATE training SET until = 1; CREATE TABLE other (at INTEGER REFERENCES entry (idx)); INSERT INTO other VALUES (255)");
    EXPECT_EQ(plan().end, 0U);
    EXPECT_NE(plan().held_back.find("other"), std::string::npos);
    edit("DELETE FROM other");
    EXPECT_EQ(purge().value().entries, 512U);
}

// A use with everything that is kept for one, at these entries.
std::string use_at(std::uint64_t decision, std::uint64_t intent, const std::string& number, const std::string& digest, const std::string& state = "sealed") {
    const std::string hex(64, digest[0]), id = "'" + number + "'", at = std::to_string(intent);
    return "INSERT OR IGNORE INTO seal (name, kind, title, owner, custodian, token, token_serial, algorithm, key_id, public_key, state, epoch, reason, made_at) VALUES ('contract', 'contract', 't', 'o', 'c', 'usb', 's', 'ec-p256', x'01', x'02', 'made', 0, 'r', 0);"
           "INSERT INTO application VALUES (" + id + ", 2020, " + at + ", 'contract', 'li.na', NULL, 'p', 't', 'cms', '" + state + "', 0, 1, NULL, NULL);"
           "INSERT INTO application_document VALUES (" + id + ", 1, 0, 'sha256', '" + hex + "', 'n', '', 1);"
           "INSERT INTO decision VALUES (" + id + ", " + std::to_string(decision) + ", 'j" + at + "', 'w', 's', 'approve', '', 'jws', 0, 1, 1, NULL, NULL);"
           "INSERT INTO approval VALUES ('j" + at + "', '" + hex + "', 1, NULL);"
           "INSERT INTO intent VALUES (" + at + ", 'contract', 0, 'li.na', 0, 'r" + at + "', '" + hex + "', " + id + ", 0, 'sha256', '" + hex + "', 'n', 'cms', 'done', " +
           std::to_string(intent + 1) + ", x'00', 1);"
           "INSERT INTO approval_use VALUES ('j" + at + "', 'sha256', '" + hex + "', " + at + ", 0);"
           "INSERT INTO issuer_use VALUES ('i', 0, " + at + "); INSERT INTO use_proof VALUES ('li.na', 'p" + at + "', 0);"
           "INSERT INTO notice (kind, application, body, created_at) VALUES ('approved', " + id + ", '{}', 0);"
           "INSERT INTO notice_delivery VALUES ((SELECT max(id) FROM notice), 'command', 0, 1, 'given-up', 0);"
           "INSERT INTO stored_document VALUES ('sha256', '" + hex + "', 'li.na', 1, 0);";
}

TEST_F(LedgerPurge, WhatWasKeptForTheseEntriesGoesWithThem) {
    edit(use_at(5, 10, "A-2020-0001", "a") + use_at(600, 610, "A-2020-0002", "b") +
         "INSERT INTO stored_document VALUES ('sha256', '" + std::string(64, 'c') + "', 'li.na', 1, 0);");
    const auto counts = purge().value();
    EXPECT_EQ(counts.applications, 1U);
    EXPECT_EQ(counts.approvals, 1U);
    EXPECT_EQ(counts.documents, 2U) << "its own, and one that no application named";
    const auto database = state_.connect(OpenMode::read_only);
    for (const char* table : {"application", "application_document", "decision", "approval", "intent", "approval_use", "issuer_use", "notice", "notice_delivery", "stored_document"}) {
        const auto left = first_row(database->query("SELECT count(*) FROM " + std::string(table)), [](const Statement& row) { return row.index(0); });
        EXPECT_EQ(left.value().value(), 1U) << table;
    }
    EXPECT_TRUE(report().ok());
    EXPECT_FALSE(state_.connect()->change("DELETE FROM intent"));
}

TEST_F(LedgerPurge, AnApplicationThatIsNotEndedKeepsItsEntries) {
    {
        const auto store = state_.open();
        WriteWork<std::uint64_t> work = [](Transaction& transaction) { return transaction.append(Entry::make("application", noon, {{"application", "A-2020-0003"}})); };
        state_.write(*store, work).value();
    }
    append(300);
    edit(use_at(5, 10, "A-2020-0003", "a", "partly-sealed"));
    EXPECT_EQ(plan().end, 512U);
    edit("UPDATE decision SET expires_at = " + std::to_string((now + std::chrono::hours(1)).time_since_epoch().count()));
    EXPECT_EQ(plan().end, 0U);
    EXPECT_NE(plan().held_back.find("approval"), std::string::npos);
}

TEST_F(LedgerPurge, RemembersTheStateThatSealsWereIn) {
    TemporaryState fresh;
    const auto store = fresh.open();
    const auto add = [&](const Entry& entry) {
        WriteWork<std::uint64_t> work = [&entry](Transaction& transaction) { return transaction.append(entry); };
        return fresh.write(*store, work).value().value;
    };
    fresh.connect()->run_script("INSERT INTO seal (name, kind, title, owner, custodian, token, token_serial, algorithm, key_id, public_key, state, epoch, reason, made_at) VALUES ('contract', 'contract', 't', 'o', 'c', 'usb', 's', 'ec-p256', x'01', x'02', 'made', 0, 'r', 0)").value();
    add(Entry::make("seal-activated", noon, {{"seal", "contract"}, {"state", "in-force"}}));
    const auto purge_all = [&] {
        for (int i = 0; i < 300; ++i) add(sample_entry(1));
        WriteWork<PurgeCounts> work = [](Transaction& transaction) -> Result<PurgeCounts> {
            const auto later = now + std::chrono::hours(1);
            const auto plan = plan_purge(transaction.database(), later, now).value();
            const auto facts = read_purge_facts(transaction.database(), plan.end).value();
            return purge_entries(transaction.database(), plan, transaction.append(purge_entry(plan, facts)).value(), later);
        };
        EXPECT_GE(fresh.write(*store, work).value().value.entries, 256U);
    };
    for (int twice = 0; twice < 2; ++twice) {
        purge_all();
        const auto database = fresh.connect(OpenMode::read_only);
        const auto state = find_purged_seal_state(*database, "contract", noon + std::chrono::hours(1)).value();
        ASSERT_TRUE(state);
        EXPECT_EQ(state->state, "in-force");
        EXPECT_FALSE(find_purged_seal_state(*database, "contract", noon - std::chrono::hours(1)).value());
    }
}

TEST_F(LedgerPurge, TheRulesOfTheDatabaseLetOnlyAPurgeThrough) {
    const auto database = state_.connect();
    EXPECT_FALSE(database->change("DELETE FROM entry WHERE idx = 0"));
    purge().value();
    EXPECT_FALSE(database->change("DELETE FROM entry WHERE idx = 512"));
    EXPECT_FALSE(database->change("DELETE FROM entry_document WHERE idx = 512"));
    EXPECT_FALSE(database->change("DELETE FROM purge"));
    EXPECT_FALSE(database->change("UPDATE purge SET bound = 1024"));
    EXPECT_FALSE(database->change("INSERT INTO purge VALUES (600, 256, 0)"));
    EXPECT_FALSE(database->change("INSERT INTO purge VALUES (699, 700, 0)"));
}

TEST_F(LedgerPurge, ThatNoEntrySaysIsFound) {
    edit("DELETE FROM entry_document WHERE idx < 512; DELETE FROM entry WHERE idx < 512");
    const auto verified = report();
    ASSERT_FALSE(verified.ok());
    EXPECT_NE(verified.faults.back().what.find("no entry says"), std::string::npos) << verified.faults.back().what;
}

TEST_F(LedgerPurge, WhatIsMissingBeyondARecordedOneIsFound) {
    edit("INSERT INTO training VALUES (300, 'li.na', 'use', " + std::to_string((now + std::chrono::hours(1)).time_since_epoch().count()) + ", 'zhang.wei', 0)");
    EXPECT_EQ(purge().value().entries, 256U);
    EXPECT_TRUE(report().ok());
    edit("DELETE FROM entry_document WHERE idx < 512; DELETE FROM entry WHERE idx < 512");
    EXPECT_FALSE(report().ok());
}

TEST_F(LedgerPurge, AnEntryThatNamesAnotherRootCoversNothing) {
    {
        const auto store = state_.open();
        auto root = read_purge_facts(*state_.connect(OpenMode::read_only), 512).value();
        root.root[31] ^= 1;
        WriteWork<std::uint64_t> work = [&root](Transaction& transaction) { return transaction.append(purge_entry({.begin = 0, .end = 512}, root)); };
        state_.write(*store, work).value();
    }
    edit("DELETE FROM entry_document WHERE idx < 512; DELETE FROM entry WHERE idx < 512");
    EXPECT_FALSE(report().ok());
}

// Of what is left, and of what stands for what is gone.
TEST_F(LedgerPurge, EveryValueThatIsLeftIsWatched) {
    append(1);
    purge().value();
    const auto database = state_.connect();
    const auto is_good = [&] {
        const auto verified = verify_ledger(*database, state_.verifier());
        return verified && verified->ok();
    };
    ASSERT_TRUE(is_good());
    database->run_script("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; DROP TRIGGER entry_is_final; DROP TRIGGER entry_stays; DROP TRIGGER full_tile_is_final; "
                         "DROP TRIGGER tile_stays; DROP TRIGGER checkpoint_is_final;").value();
    const std::string cut = "= CAST(substr(hashes, 1, length(hashes) - 1) || x'00' AS BLOB) WHERE ";
    const std::vector<std::string> changes{"UPDATE tile SET hashes " + cut + "level = 0 AND idx = 0", "UPDATE tile SET hashes " + cut + "level = 0 AND idx = 1",
                                      "UPDATE tile SET hashes " + cut + "level = 1", "DELETE FROM tile WHERE level = 0 AND idx = 1",
                                      std::string("UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '512', '256') AS BLOB) WHERE kind = 'ledger-purged'"),
                                      std::string("DELETE FROM entry WHERE kind = 'ledger-purged'"), std::string("DELETE FROM entry WHERE idx = 512"),
                                      std::string("UPDATE checkpoint SET note = replace(note, '100', '101') WHERE size = 100")};
    for (const auto& change : changes) {
        database->change("BEGIN").value();
        ASSERT_EQ(database->change(change).value(), 1U) << change;
        EXPECT_FALSE(is_good()) << change;
        database->change("ROLLBACK").value();
    }
    EXPECT_TRUE(is_good());
}

TEST_F(LedgerPurge, AChangedHashOfAPurgedEntryIsFound) {
    purge().value();
    edit("UPDATE tile SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB) WHERE level = 0 AND idx = 0");
    EXPECT_FALSE(report().ok());
}

TEST_F(LedgerPurge, FieldsBesideEntriesGoUnlessAnotherEntryHasThem) {
    const auto long_entry = [](char filling) { return Entry::make("outcome", noon, {{"seal", "contract"}, {"approval", std::string(70'000, filling)}}); };
    {
        TemporaryState fresh;
        const auto store = fresh.open();
        const auto add = [&](const Entry& entry) {
            WriteWork<std::uint64_t> work = [&entry](Transaction& transaction) { return transaction.append(entry); };
            fresh.write(*store, work).value();
        };
        add(long_entry('a'));
        add(long_entry('b'));
        for (int i = 0; i < 300; ++i) add(sample_entry(1));
        add(long_entry('b'));
        WriteWork<PurgeCounts> work = [](Transaction& transaction) -> Result<PurgeCounts> {
            const auto plan = plan_purge(transaction.database(), now, now).value();
            const auto facts = read_purge_facts(transaction.database(), plan.end).value();
            return purge_entries(transaction.database(), plan, transaction.append(purge_entry(plan, facts)).value(), now);
        };
        EXPECT_EQ(fresh.write(*store, work).value().value.fields, 1U);
        EXPECT_TRUE(verify_ledger(*fresh.connect(OpenMode::read_only), fresh.verifier()).value().ok());
        EXPECT_FALSE(fresh.connect()->change("DELETE FROM detached_field"));
    }
}

}  // namespace
}  // namespace seald::test
