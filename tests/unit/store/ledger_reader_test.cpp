#include "daemon/store/entry_search.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/state_since.hpp"

#include "temporary_state.hpp"

namespace seald::test {
namespace {

class LedgerReader : public testing::Test {
  protected:
    LedgerReader() : store_(state_.open()), database_(state_.connect(OpenMode::read_only)), db(*database_) {}

    void record(std::string kind, boost::json::object fields) {
        WriteWork<std::uint64_t> work = [kind, fields](Transaction& transaction) {
            return transaction.append(Entry::make(kind, noon, fields));
        };
        state_.write(*store_, work).value();
    }
    void record_samples(std::uint64_t count) {
        WriteWork<void> work = [count](Transaction& transaction) -> Result<void> {
            for (std::uint64_t i = 0; i < count; ++i) transaction.append(sample_entry(i)).value();
            return {};
        };
        state_.write<void>(*store_, work).value();
    }
    TemporaryState state_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Database> database_;
    Database& db;
};

using Indices = std::vector<std::uint64_t>;

TEST_F(LedgerReader, AnEntryComesBackAsItsExactBytes) {
    record("intent", {{"seal", "contract"}, {"caller", {{"id", "li.na"}, {"name", "李娜"}}}});
    const auto entry = find_entry(db, 0).value();
    EXPECT_EQ(
        entry.entry.body,
        R"({"kind":"intent","time":"2026-11-23T12:00:00.000Z","seal":"contract","caller":{"id":"li.na","name":"李娜"}})");
    EXPECT_EQ(entry.entry.kind, "intent");
    EXPECT_EQ(entry.entry.time, noon);
    EXPECT_EQ(entry.entry.person, "li.na");
}

TEST_F(LedgerReader, WhatIsNotThereIsNotFound) {
    record_samples(3);
    EXPECT_EQ(error_of(find_entry(db, 3)).code, ErrorCode::not_found);
    EXPECT_EQ(error_of(receipt_for(db, 3)).code, ErrorCode::not_found);
    EXPECT_EQ(error_of(consistency_since(db, 4)).code, ErrorCode::not_found);
    EXPECT_EQ(error_of(consistency_since(db, 0)).code, ErrorCode::not_found);
    EXPECT_EQ(error_of(tile_bytes(db, 0, 0, 4)).code, ErrorCode::not_found);
    EXPECT_EQ(error_of(tile_bytes(db, 0, 0, 0)).code, ErrorCode::not_found);
    EXPECT_EQ(error_of(tile_bytes(db, 1, 0, 1)).code, ErrorCode::not_found);
}

TEST_F(LedgerReader, AnEmptyLedgerHasNoCheckpoint) {
    EXPECT_EQ(error_of(latest_checkpoint(db)).code, ErrorCode::not_found);
    EXPECT_TRUE(list_entries(db, EntryFilter{}).value().empty());
    EXPECT_TRUE(list_checkpoints(db, 0, 10).value().empty());
}

TEST_F(LedgerReader, EveryCheckpointIsKept) {
    for (const std::uint64_t count : Indices{1, 2, 3}) record_samples(count);
    Indices sizes;
    for (const auto& checkpoint : list_checkpoints(db, 2, 10).value()) {
        EXPECT_EQ(open_checkpoint(checkpoint.note, state_.verifier()).value().size, checkpoint.size);
        sizes.push_back(checkpoint.size);
    }
    EXPECT_EQ(sizes, (Indices{3, 6}));
    EXPECT_EQ(list_checkpoints(db, 0, 1).value().front().size, 1U);
}

TEST_F(LedgerReader, TilesOfAnyWidthAreCutFromTheSameRow) {
    record_samples(300);
    const auto full = tile_bytes(db, 0, 0, 256).value();
    ASSERT_EQ(full.size(), 8192U);
    const auto expected = leaf_hash(as_bytes(sample_entry(255).body));
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), full.end() - 32));
    const auto partial = tile_bytes(db, 0, 0, 10).value();
    EXPECT_TRUE(std::equal(partial.begin(), partial.end(), full.begin()));
    EXPECT_EQ(tile_bytes(db, 0, 1, 44).value().size(), 44U * 32);
    EXPECT_EQ(error_of(tile_bytes(db, 0, 1, 45)).code, ErrorCode::not_found);
    EXPECT_EQ(tile_bytes(db, 1, 0, 1).value().size(), 32U);
    EXPECT_EQ(error_of(tile_bytes(db, 0, 0, 257)).code, ErrorCode::not_found);
}

TEST_F(LedgerReader, BundlesHoldTheEntriesOfTheirTile) {
    record_samples(300);
    const auto whole = entry_bundle(db, 0, 256).value();
    const auto entries = decode_bundle(whole).value();
    ASSERT_EQ(entries.size(), 256U);
    EXPECT_EQ(as_text(entries[255]), sample_entry(255).body);
    const auto partial = entry_bundle(db, 1, 44).value();
    EXPECT_EQ(as_text(decode_bundle(partial).value().at(43)), sample_entry(299).body);
    EXPECT_EQ(decode_bundle(entry_bundle(db, 1, 3).value()).value().size(), 3U);
    EXPECT_EQ(error_of(entry_bundle(db, 1, 45)).code, ErrorCode::not_found);
    EXPECT_EQ(error_of(entry_bundle(db, 2, 1)).code, ErrorCode::not_found);
}

TEST_F(LedgerReader, AFieldTooLongForItsEntryIsFoundByItsDigest) {
    const std::string longest(100'000, 'x');
    record("decision", {{"approval", longest}});
    const auto entry = Entry::make("decision", noon, {{"approval", longest}});
    EXPECT_EQ(find_entry(db, 0).value().entry.body, entry.body);
    EXPECT_EQ(detached_field(db, entry.detached.at(0).digest).value(), "\"" + longest + "\"");
    EXPECT_EQ(error_of(detached_field(db, "sha256:00")).code, ErrorCode::not_found);
    record("decision", {{"approval", longest}});  // the same again is kept once
}

TEST_F(LedgerReader, SealsAreInTheirStatesSinceTheEntryThatPutThemThere) {
    record("seal-made", {{"seal", "contract"}, {"state", "made"}});
    record("seal-activate", {{"seal", "contract"}, {"state", "in-force"}});
    record("seal-made", {{"seal", "finance"}, {"state", "made"}});
    record("seal-suspend", {{"seal", "contract"}, {"state", "suspended"}});
    record("seal-resume", {{"seal", "contract"}, {"state", "in-force"}});
    record("outcome", {{"seal", "contract"}, {"seal_state", "in-force"}});
    record("seal-standby", {{"seal", "contract"}, {"state", "in-force"}});
    const auto since = find_states_since(db).value();
    ASSERT_EQ(since.size(), 2U);
    EXPECT_EQ(since.at(SealName::decode("contract").value()).ledger_index, 4U);
    EXPECT_EQ(since.at(SealName::decode("finance").value()).ledger_index, 2U);
}

TEST_F(LedgerReader, AnEntryThatNoCheckpointCoversHasNoReceipt) {
    record_samples(3);
    auto other = state_.connect();
    other->change("INSERT INTO entry (idx, body, kind, time) VALUES (3, ?, 'test', 0)", as_bytes("{}")).value();
    EXPECT_EQ(error_of(receipt_for(db, 3)).code, ErrorCode::not_found);
}

}  // namespace
}  // namespace seald::test
