// The disk goes away under a running store: full, failing, removed. What could not be committed was not done, says so,
// and leaves a store that goes on when the disk is back.
#include <signal.h>
#include <sys/resource.h>

#include "daemon/store/ledger_verify.hpp"
#include "taken_away.hpp"
#include "temporary_state.hpp"

namespace seald::test {
namespace {

// The kernel refuses this process to let any file grow over a size: writing to the log fails when SQLite commits.
class NoFileGrowsOver {
  public:
    explicit NoFileGrowsOver(std::uintmax_t bytes) {
        ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limited = before_;
        limited.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limited);
    }
    ~NoFileGrowsOver() { ::setrlimit(RLIMIT_FSIZE, &before_); }

  private:
    rlimit before_{};
};

class LostDisk : public testing::Test {
  protected:
    LostDisk() : store_(state_.open()) {
        for (std::uint64_t i = 0; i < 3; ++i) state_.write(*store_, append_sample(i)).value();
    }
    Error failed_write() { return error_of(state_.write(*store_, append_sample(3))); }
    void expect_it_goes_on() {
        const auto committed = state_.write(*store_, append_sample(3)).value();
        EXPECT_EQ(committed.value, 3U);
        EXPECT_TRUE(verify_receipt(committed.receipts.at(0), state_.verifier()));
        const auto report = verify_ledger(*state_.connect(OpenMode::read_only), state_.verifier()).value();
        EXPECT_TRUE(report.ok()) << report.faults.front().what;
        EXPECT_EQ(report.entries, 4U);
        EXPECT_EQ(report.checkpoints, 4U);
    }
    std::filesystem::path wal() const { return state_.file().string() + "-wal"; }
    TemporaryState state_;
    std::unique_ptr<Store> store_;
};

TEST_F(LostDisk, ACommitThatCannotBeWrittenFailsTheWholeBatch) {
    {
        const NoFileGrowsOver limit(std::filesystem::file_size(wal()));
        for (int i = 0; i < 3; ++i) {
            const auto error = failed_write();
            EXPECT_EQ(error.code, ErrorCode::unavailable);
            EXPECT_TRUE(error.retry);
        }
    }
    expect_it_goes_on();
}

TEST_F(LostDisk, AFullDatabaseSaysSoAndGoesOnWhenThereIsSpace) {
    const auto set_limit = [this](const std::string& pages) {
        WriteWork<void> work = [pages](Transaction& transaction) -> Result<void> {
            return transaction.database().run_script("PRAGMA max_page_count = " + pages);
        };
        state_.write<void>(*store_, work).value();
    };
    set_limit("1");  // never less than what is there: full from now on
    WriteWork<std::uint64_t> big = [](Transaction& transaction) {
        const boost::json::object fields{{"purpose", std::string(100'000, 'x')}};
        return transaction.append(Entry::make("test", noon, fields));
    };
    const auto error = error_of(state_.write(*store_, big));
    EXPECT_EQ(error.code, ErrorCode::unavailable);
    EXPECT_NE(error.message.find("free at least 32 MB under " + state_.path().string()), std::string::npos);
    set_limit("1000000");
    expect_it_goes_on();
}

TEST_F(LostDisk, ARemovedDatabaseIsNotWrittenTo) {
    for (const auto& file : {state_.file(), wal()}) {
        const auto away = file.string() + ".away";
        std::filesystem::rename(file, away);
        const auto error = failed_write();
        EXPECT_EQ(error.code, ErrorCode::unavailable);
        EXPECT_NE(error.message.find("removed or replaced"), std::string::npos);
        std::filesystem::rename(away, file);
    }
    expect_it_goes_on();
}

TEST_F(LostDisk, ADatabaseTakenAwayWhileItIsCommittedToSaysThatTheWorkIsInIt) {
    store_.reset();
    TakenAwayAtCommit taken;
    store_ = state_.open();
    TakenAwayAtCommit::file = state_.file();
    EXPECT_EQ(failed_write().rule, out_of_sight_rule);
    EXPECT_EQ(failed_write().rule, "") << "this one was not committed";
    std::filesystem::rename(state_.file().string() + ".away", state_.file());
    EXPECT_EQ(state_.write(*store_, append_sample(4)).value().value, 4U) << "the first one is there";
}

TEST_F(LostDisk, AReplacedDatabaseIsNotWrittenTo) {
    const auto away = state_.file().string() + ".away";
    std::filesystem::rename(state_.file(), away);
    std::filesystem::copy_file(away, state_.file());
    EXPECT_NE(failed_write().message.find("removed or replaced"), std::string::npos);
    std::filesystem::rename(away, state_.file());
    expect_it_goes_on();
}

TEST_F(LostDisk, ADatabaseThatAnotherProgramHoldsIsWaitedForThenRefused) {
    auto other = state_.connect();
    other->run_script("BEGIN IMMEDIATE").value();
    const auto error = failed_write();
    EXPECT_EQ(error.code, ErrorCode::unavailable);
    EXPECT_TRUE(error.retry);
    other.reset();
    expect_it_goes_on();
}

}  // namespace
}  // namespace seald::test
