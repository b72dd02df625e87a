// What happens to many works that share a commit. The writer is held inside a first work until the others are queued,
// so that they are one batch whatever the machine's speed.
#include <boost/asio/post.hpp>
#include <latch>

#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/ledger_verify.hpp"
#include "temporary_state.hpp"

namespace seald::test {
namespace {

using Answer = Result<Committed<std::uint64_t>>;

class GroupCommit : public testing::Test {
  protected:
    // Runs all works in one batch (after another one, in which nothing changes).
    std::vector<Answer> run_together(Store& store, std::vector<WriteWork<std::uint64_t>> works) {
        std::latch holding(1);
        std::latch all_queued(1);
        WriteWork<std::uint64_t> hold = [&](Transaction&) -> Result<std::uint64_t> {
            holding.count_down();
            all_queued.wait();
            return 0;
        };
        auto& io = state_.io();
        io.restart();
        auto held = boost::asio::co_spawn(io, store.write(std::move(hold)), boost::asio::use_future);
        io.poll();
        holding.wait();
        std::vector<std::future<Answer>> futures;
        for (auto& work : works)
            futures.push_back(boost::asio::co_spawn(io, store.write(std::move(work)), boost::asio::use_future));
        // Coroutines start in the order they were spawned, so this comes after all of them have handed in their work.
        boost::asio::post(io, [&] { all_queued.count_down(); });
        io.run();
        EXPECT_TRUE(held.get().has_value());
        std::vector<Answer> answers;
        for (auto& future : futures) answers.push_back(future.get());
        return answers;
    }
    std::size_t checkpoints() { return list_checkpoints(*state_.connect(), 0, 1'000'000).value().size(); }
    void expect_ledger_verifies(std::uint64_t entries) {
        const auto report = verify_ledger(*state_.connect(OpenMode::read_only), state_.verifier()).value();
        EXPECT_TRUE(report.ok()) << report.faults.front().what;
        EXPECT_EQ(report.entries, entries);
    }
    TemporaryState state_;
};

TEST_F(GroupCommit, ManyWorksShareOneCheckpoint) {
    const auto store = state_.open();
    std::vector<WriteWork<std::uint64_t>> works;
    for (std::uint64_t i = 0; i < 300; ++i) works.push_back(append_sample(i));
    const auto answers = run_together(*store, works);
    for (std::uint64_t i = 0; i < answers.size(); ++i) {
        const auto& committed = answers[i].value();
        EXPECT_EQ(committed.value, i);
        const auto verified = verify_receipt(committed.receipts.at(0), state_.verifier()).value();
        EXPECT_EQ(verified.entry, sample_entry(i).body);
        EXPECT_EQ(verified.checkpoint.size, 300U);
    }
    EXPECT_EQ(checkpoints(), 1U);
    expect_ledger_verifies(300);
}

TEST_F(GroupCommit, AFailingWorkTakesBackItsOwnChangesOnly) {
    const auto store = state_.open();
    WriteWork<std::uint64_t> refused = [](Transaction& transaction) -> Result<std::uint64_t> {
        transaction.append(sample_entry(100)).value();
        transaction.database().change("INSERT INTO meta VALUES ('refused', '')").value();
        return refusal("some-rule", "no");
    };
    WriteWork<std::uint64_t> thrower = [](Transaction& transaction) -> Result<std::uint64_t> {
        transaction.append(sample_entry(101)).value();
        transaction.database().change("INSERT INTO meta VALUES ('thrown', '')").value();
        throw std::runtime_error("bug");
    };
    const auto answers = run_together(*store, {append_sample(0), refused, append_sample(1), thrower, append_sample(2)});
    EXPECT_EQ(answers[0].value().value, 0U);
    EXPECT_EQ(error_of(answers[1]).rule, "some-rule");
    EXPECT_EQ(answers[2].value().value, 1U);
    EXPECT_EQ(error_of(answers[3]).code, ErrorCode::internal);
    EXPECT_EQ(answers[4].value().value, 2U);
    for (const auto* answer : {&answers[0], &answers[2], &answers[4]})
        EXPECT_TRUE(verify_receipt((*answer)->receipts.at(0), state_.verifier()));
    const auto database = state_.connect();
    auto rows = database->query("SELECT count(*) FROM meta WHERE key IN ('refused', 'thrown')");
    ASSERT_TRUE(rows.step().value());
    EXPECT_EQ(rows.integer(0), 0);
    expect_ledger_verifies(3);
}

TEST_F(GroupCommit, ALaterWorkSeesWhatAnEarlierOneDid) {
    const auto store = state_.open();
    WriteWork<std::uint64_t> reserve = [](Transaction& transaction) {
        return transaction.database().change("INSERT INTO meta VALUES ('the last use', '')");
    };
    const auto answers = run_together(*store, {reserve, reserve});
    EXPECT_TRUE(answers[0].has_value());
    EXPECT_EQ(error_of(answers[1]).rule, "already-there");
}

TEST_F(GroupCommit, AWorkThatEndsTheTransactionIsNotPassedOffAsCommitted) {
    const auto store = state_.open();
    WriteWork<std::uint64_t> ender = [](Transaction& transaction) { return transaction.database().change("ROLLBACK"); };
    const auto answers = run_together(*store, {append_sample(0), ender, append_sample(1)});
    for (const auto& answer : answers) EXPECT_EQ(error_of(answer).code, ErrorCode::unavailable);
    EXPECT_EQ(state_.write(*store, append_sample(0)).value().value, 0U);
    expect_ledger_verifies(1);
}

TEST_F(GroupCommit, WhatDoesNotFitInTheQueueIsRefusedAtOnce) {
    const auto store = state_.open();
    WriteWork<std::uint64_t> nothing = [](Transaction&) -> Result<std::uint64_t> { return 0; };
    const auto answers = run_together(*store, std::vector<WriteWork<std::uint64_t>>(10'001, nothing));
    for (std::size_t i = 0; i < 10'000; ++i) ASSERT_TRUE(answers[i].has_value()) << i;
    EXPECT_EQ(error_of(answers[10'000]).code, ErrorCode::too_many);
    EXPECT_TRUE(error_of(answers[10'000]).retry);
}

}  // namespace
}  // namespace seald::test
