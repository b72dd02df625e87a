// A ledger that was rolled back or exchanged as a whole is good in itself: only an earlier checkpoint shows it.
#include "daemon/store/checkpoint_copies.hpp"

#include "temporary_state.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

class CheckpointCopies : public testing::Test {
  protected:
    void append(std::uint64_t count, std::vector<fs::path> copies = {}, std::uint64_t start = 0) {
        const auto store = state_.try_open(std::move(copies)).value();
        for (std::uint64_t i = 0; i < count; ++i) state_.write(*store, append_sample(start + i)).value();
    }
    void save(const std::string& name) {
        fs::create_directory(state_.path() / name);
        fs::copy_file(state_.file(), state_.path() / name / "ledger.db");
    }
    void restore(const std::string& name) {
        for (const char* suffix : {"-wal", "-shm"}) fs::remove(state_.file().string() + suffix);
        fs::copy_file(state_.path() / name / "ledger.db", state_.file(), fs::copy_options::overwrite_existing);
    }
    static std::string replaced(std::string text, const std::string& from, const std::string& to) { return text.replace(text.find(from), from.size(), to); }
    std::string read(const fs::path& file) {
        std::ifstream in(file);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    TemporaryState state_;
    TemporaryFolder usb_;
    const fs::path beside_ = checkpoint_copy_beside(state_.path());
    const fs::path copy_ = usb_.path() / "seald.checkpoint";
};

TEST_F(CheckpointCopies, AreTheLatestCheckpointWhenTheStoreIsClosed) {
    append(3, {copy_});
    EXPECT_EQ(open_checkpoint(read(beside_), state_.verifier()).value().size, 3U);
    EXPECT_EQ(read(copy_), read(beside_));
    const auto store = state_.try_open({copy_}).value();
    ASSERT_EQ(store->copies_at_opening().size(), 2U);
    EXPECT_EQ(store->copies_at_opening()[1].size, 3U);
}

TEST_F(CheckpointCopies, ThatAreEmptyStopTheStartAndSayWhatHelps) {
    append(1);
    std::ofstream(beside_, std::ios::trunc);
    const auto error = error_of(state_.try_open());
    EXPECT_EQ(error.code, ErrorCode::unavailable);
    EXPECT_NE(error.message.find(beside_.string() + ": mount its medium"), std::string::npos) << error.message;
}

TEST_F(CheckpointCopies, ShowADatabaseOfYesterday) {
    append(300);
    save("yesterday");
    append(2);
    restore("yesterday");
    const auto error = error_of(state_.try_open());
    EXPECT_EQ(error.code, ErrorCode::verification_failed);
    EXPECT_NE(error.message.find("rolled back: " + beside_.string() + " has the checkpoint of 302 entries, the database has 300"), std::string::npos) << error.message;
}

TEST_F(CheckpointCopies, ShowADatabaseThatWentAnotherWaySinceYesterday) {
    append(300);
    save("yesterday");
    append(2);
    const auto kept = read(beside_);
    restore("yesterday");
    fs::remove(beside_);
    append(10, {}, 777);  // longer than the one that was lost
    std::ofstream(beside_) << kept;
    EXPECT_NE(error_of(state_.try_open()).message.find("forked"), std::string::npos);
}

TEST_F(CheckpointCopies, OnAnotherMediumShowAWholeFolderOfYesterday) {
    append(300, {copy_});
    save("yesterday");
    const auto yesterdays = read(beside_);
    append(2, {copy_});
    restore("yesterday");
    std::ofstream(beside_) << yesterdays;
    EXPECT_TRUE(state_.try_open()) << "nothing in the folder shows it";
    EXPECT_EQ(error_of(state_.try_open({copy_})).code, ErrorCode::verification_failed);
}

TEST_F(CheckpointCopies, OfAnotherLedgerOrDamagedAreNotPassedOver) {
    append(3);
    for (const auto& content : {std::string("not a checkpoint"), replaced(read(beside_), "3\n", "4\n")}) {
        std::ofstream(beside_) << content;
        EXPECT_EQ(error_of(state_.try_open()).code, ErrorCode::verification_failed) << content;
    }
}

TEST_F(CheckpointCopies, MovedAwayOnPurposeLetTheStoreGoOn) {
    append(3);
    save("yesterday");
    append(2);
    restore("yesterday");
    fs::rename(beside_, state_.path() / "for-the-auditors");
    const auto store = state_.try_open().value();
    EXPECT_EQ(store->copies_at_opening()[0].size, std::nullopt);
}

TEST_F(CheckpointCopies, OnAMissingMediumKeepNobodyWaitingAndSayWhy) {
    const fs::path missing = usb_.path() / "not-mounted" / "seald.checkpoint";
    append(3, {missing});
    {
        const auto store = state_.try_open({missing}).value();
        state_.write(*store, append_sample(4)).value();
        for (int i = 0; store->copies()[1].problem.empty() && i < 6000; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        EXPECT_NE(store->copies()[1].problem.find("No such file"), std::string::npos);
        EXPECT_EQ(store->copies()[0].problem, "");
    }
    EXPECT_EQ(open_checkpoint(read(beside_), state_.verifier()).value().size, 4U);
}

}  // namespace
}  // namespace seald::test
