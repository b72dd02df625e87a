#include "daemon/store/store.hpp"

#include <sys/stat.h>

#include <boost/asio/detached.hpp>
#include <latch>

#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/ledger_verify.hpp"
#include "temporary_state.hpp"

namespace seald::test {
namespace {

class StoreTest : public testing::Test {
  protected:
    void append(Store& store, std::uint64_t count) {
        WriteWork<void> work = [count](Transaction& transaction) -> Result<void> {
            for (std::uint64_t i = 0; i < count; ++i)
                if (auto index = transaction.append(sample_entry(i)); !index) return index.error();
            return {};
        };
        state_.write<void>(store, work).value();
    }
    Checkpoint checkpoint(Store& store) {
        const auto stored = state_.read<StoredCheckpoint>(store, latest_checkpoint).value();
        return open_checkpoint(stored.note, state_.verifier()).value();
    }
    std::size_t checkpoints(Store& store) {
        ReadWork<std::vector<StoredCheckpoint>> list = [](Database& db) { return list_checkpoints(db, 0, 1'000'000); };
        return state_.read(store, list).value().size();
    }
    void expect_ledger_verifies(std::uint64_t entries) {
        const auto report = verify_ledger(*state_.connect(OpenMode::read_only), state_.verifier()).value();
        EXPECT_TRUE(report.ok()) << report.faults.front().what;
        EXPECT_EQ(report.entries, entries);
    }
    TemporaryState state_;
};

TEST_F(StoreTest, IsMadeOnceAndPrivate) {
    EXPECT_EQ(error_of(Store::create(state_.path(), daemon_id)).rule, "state-exists");
    const auto store = state_.open();
    append(*store, 1);
    for (const char* name : {"ledger.db", "ledger.db-wal", "ledger.db-shm", "lock"}) {
        struct stat status {};
        ASSERT_EQ(::stat((state_.path() / name).c_str(), &status), 0) << name;
        EXPECT_EQ(status.st_mode & 0777, 0600U) << name;
    }
}

TEST_F(StoreTest, AHalfMadeDatabaseOfAnEarlierAttemptIsNoObstacle) {
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "ledger.db.new") << "half";
    EXPECT_TRUE(Store::create(folder.path(), daemon_id));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "ledger.db.new"));
}

TEST_F(StoreTest, AMissingDatabaseIsNeverReplacedByAnEmptyOne) {
    const TemporaryFolder folder;
    const auto error = error_of(Store::open(folder.path(), state_.signer()));
    EXPECT_EQ(error.code, ErrorCode::unavailable);
    EXPECT_FALSE(error.retry);
    EXPECT_NE(error.message.find("seald --init"), std::string::npos);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(StoreTest, ASecondOneOnTheSameFolderIsRefused) {
    auto store = state_.open();
    EXPECT_EQ(error_of(Store::open(state_.path(), state_.signer())).rule, "state-in-use");
    store.reset();
    EXPECT_TRUE(Store::open(state_.path(), state_.signer()));
}

TEST_F(StoreTest, EveryReceiptVerifiesOffline) {
    const auto store = state_.open();
    for (const std::uint64_t count : std::vector<std::uint64_t>{1, 1, 253, 1, 1, 300, 43}) {
        WriteWork<void> work = [count](Transaction& transaction) -> Result<void> {
            for (std::uint64_t i = 0; i < count; ++i)
                transaction.want_receipt(transaction.append(sample_entry(i)).value());
            return {};
        };
        const auto committed = state_.write<void>(*store, work).value();
        ASSERT_EQ(committed.receipts.size(), count);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto receipt = TlogProof::decode(committed.receipts[i].encode()).value();
            const auto verified = verify_receipt(receipt, state_.verifier()).value();
            EXPECT_EQ(verified.entry, sample_entry(i).body);
            EXPECT_EQ(verified.index + count, verified.checkpoint.size + i);
        }
    }
    for (const std::uint64_t index : std::vector<std::uint64_t>{0, 254, 255, 256, 500, 599}) {
        ReadWork<TlogProof> ask = [index](Database& db) { return receipt_for(db, index); };
        const auto verified = verify_receipt(state_.read(*store, ask).value(), state_.verifier()).value();
        EXPECT_EQ(verified.index, index);
        EXPECT_EQ(verified.checkpoint.size, 600U);
    }
    expect_ledger_verifies(600);
}

TEST_F(StoreTest, AnEarlierEntrysReceiptComesUnderTheNewCheckpoint) {
    const auto store = state_.open();
    append(*store, 300);
    WriteWork<void> work = [](Transaction& transaction) -> Result<void> {
        transaction.append(sample_entry(300)).value();
        transaction.want_receipt(7);
        return {};
    };
    const auto with_entry = state_.write<void>(*store, work).value();
    EXPECT_EQ(verify_receipt(with_entry.receipts.at(0), state_.verifier()).value().checkpoint.size, 301U);
    WriteWork<void> only_asking = [](Transaction& transaction) -> Result<void> {
        transaction.want_receipt(8);
        return {};
    };
    const auto without = state_.write<void>(*store, only_asking).value();
    EXPECT_EQ(verify_receipt(without.receipts.at(0), state_.verifier()).value().checkpoint.size, 301U);
}

TEST_F(StoreTest, AReceiptForWhatIsNotThereFailsTheWork) {
    const auto store = state_.open();
    WriteWork<void> work = [](Transaction& transaction) -> Result<void> {
        transaction.append(sample_entry(1)).value();
        transaction.want_receipt(17);
        return {};
    };
    EXPECT_EQ(error_of(state_.write<void>(*store, work)).code, ErrorCode::internal);
    EXPECT_EQ(state_.write(*store, append_sample(1)).value().value, 0U) << "nothing of it was kept";
}

TEST_F(StoreTest, IsTheSameLedgerWhenOpenedAgain) {
    auto store = state_.open();
    append(*store, 513);
    const auto before = checkpoint(*store);
    store.reset();
    store = state_.open();
    EXPECT_EQ(checkpoint(*store).root, before.root);
    EXPECT_EQ(state_.write(*store, append_sample(513)).value().value, 513U);
    expect_ledger_verifies(514);
}

TEST_F(StoreTest, EveryRootFollowsFromTheOneBefore) {
    const auto store = state_.open();
    append(*store, 100);
    const auto old = checkpoint(*store);
    append(*store, 200);
    ReadWork<std::vector<TreeHash>> ask = [](Database& db) { return consistency_since(db, 100); };
    const auto proof = state_.read(*store, ask).value();
    const auto now = checkpoint(*store);
    EXPECT_TRUE(verify_consistency(old.size, old.root, now.size, now.root, proof));
}

TEST_F(StoreTest, AWriteWithoutEntriesNeedsNoCheckpoint) {
    const auto store = state_.open();
    append(*store, 1);
    WriteWork<void> work = [](Transaction& transaction) -> Result<void> {
        transaction.database().change("INSERT INTO meta VALUES ('a', 'b')").value();
        return {};
    };
    state_.write<void>(*store, work).value();
    EXPECT_EQ(checkpoints(*store), 1U);
    EXPECT_EQ(error_of(state_.connect()->change("INSERT INTO meta VALUES ('a', 'b')")).rule, "already-there");
}

TEST_F(StoreTest, AnEntryOverTheLimitIsRefused) {
    const auto store = state_.open();
    WriteWork<std::uint64_t> work = [](Transaction& transaction) {
        boost::json::object fields;  // so many that none of them is long
        for (std::size_t i = 0; i < max_entry_size / 8; ++i) fields[std::to_string(i)] = "x";
        return transaction.append(Entry::make("test", noon, fields));
    };
    EXPECT_EQ(error_of(state_.write(*store, work)).code, ErrorCode::too_large);
}

TEST_F(StoreTest, AWorkThatIgnoresAFailedAppendFailsAllTheSame) {
    const auto store = state_.open();
    WriteWork<void> work = [](Transaction& transaction) -> Result<void> {
        transaction.append(sample_entry(1)).value();
        static_cast<void>(transaction.append({.kind = "", .time = noon, .body = "{}"}));
        return {};
    };
    EXPECT_EQ(error_of(state_.write<void>(*store, work)).code, ErrorCode::conflict);
    append(*store, 1);
    expect_ledger_verifies(1);
}

TEST_F(StoreTest, AReadSeesOneMoment) {
    const auto store = state_.open();
    append(*store, 1);
    std::latch first_look(1);
    std::latch written(1);
    ReadWork<std::uint64_t> look_twice = [&](Database& db) -> Result<std::uint64_t> {
        const auto before = latest_checkpoint(db).value().size;
        first_look.count_down();
        written.wait();
        return latest_checkpoint(db).value().size + before;
    };
    auto reading = boost::asio::co_spawn(state_.io(), store->read(std::move(look_twice)), boost::asio::use_future);
    state_.io().restart();
    std::thread reader_loop([&] { state_.io().run(); });
    first_look.wait();
    boost::asio::io_context writer_loop;
    WriteWork<std::uint64_t> more = append_sample(2);
    auto writing = boost::asio::co_spawn(writer_loop, store->write(std::move(more)), boost::asio::use_future);
    writer_loop.run();
    EXPECT_EQ(writing.get().value().value, 1U);
    written.count_down();
    EXPECT_EQ(reading.get().value(), 2U);
    reader_loop.join();
}

TEST_F(StoreTest, AReadCannotChangeAnythingAndItsExceptionIsAnError) {
    const auto store = state_.open();
    ReadWork<std::uint64_t> change = [](Database& db) { return db.change("INSERT INTO meta VALUES ('a', 'b')"); };
    EXPECT_EQ(error_of(state_.read(*store, change)).code, ErrorCode::unavailable);
    ReadWork<std::uint64_t> thrower = [](Database&) -> Result<std::uint64_t> { throw std::runtime_error("bug"); };
    EXPECT_EQ(error_of(state_.read(*store, thrower)).code, ErrorCode::internal);
    ReadWork<std::uint64_t> fine = [](Database&) -> Result<std::uint64_t> { return 7; };
    EXPECT_EQ(state_.read(*store, fine).value(), 7U);
}

TEST_F(StoreTest, WhatWasHandedInIsCommittedBeforeItStops) {
    auto store = state_.open();
    WriteWork<std::uint64_t> work = append_sample(1);
    boost::asio::co_spawn(state_.io(), store->write(std::move(work)), boost::asio::detached);
    state_.io().poll_one();  // starts the coroutine, which hands its work in
    store.reset();
    state_.io().run();
    expect_ledger_verifies(1);
}

}  // namespace
}  // namespace seald::test
