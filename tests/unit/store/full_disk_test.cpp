// A disk that is really full, or really read-only.
#include "daemon/store/ledger_verify.hpp"
#include "daemon/store/space_reserve.hpp"
#include "daemon/store/state_files.hpp"
#include "temporary_state.hpp"
#include "tests/support/small_disk.hpp"

namespace seald::test {
namespace {

class FullDisk : public testing::Test {
  protected:
    FullDisk() : disk_(folder_.path(), 64) {
        state_.emplace(folder_.path());
        store_ = state_->open();
        write(WhenFull::refuse).value();
    }
    Result<Committed<std::uint64_t>> write(WhenFull when_full) { return state_->finish(store_->write(append_sample(0), when_full)); }
    std::uint64_t entries() {
        const auto report = verify_ledger(*state_->connect(OpenMode::read_only), state_->verifier()).value();
        EXPECT_TRUE(report.ok()) << report.faults.front().what;
        return report.entries;
    }
    TemporaryFolder folder_;
    SmallDisk disk_;
    std::optional<TemporaryState> state_;
    std::unique_ptr<Store> store_;
};

TEST_F(FullDisk, RefusesWhatCanWaitAndRecordsWhatCannot) {
    disk_.fill();
    // The write-ahead log has room for some more; then the disk is found to be full.
    Result<Committed<std::uint64_t>> refused = write(WhenFull::refuse);
    for (int i = 0; refused && i < 2000; ++i) refused = write(WhenFull::refuse);
    EXPECT_EQ(error_of(refused).rule, disk_full_rule);
    EXPECT_TRUE(error_of(refused).retry);
    const auto before = entries();
    for (std::uint64_t i = 0; i < 500; ++i) EXPECT_EQ(write(WhenFull::record).value().value, before + i);
    EXPECT_TRUE(store_->figures().full) << "a refusal that was recorded does not make it ready";
    EXPECT_EQ(error_of(write(WhenFull::refuse)).rule, disk_full_rule);
    EXPECT_EQ(entries(), before + 500);
}

TEST_F(FullDisk, GoesOnByItselfWhenThereIsSpaceAndKeepsSomeAgain) {
    for (int round = 0; round < 3; ++round) {
        disk_.fill();
        for (int i = 0; write(WhenFull::refuse); ++i) ASSERT_LT(i, 5000) << "the disk is not full";
        disk_.empty();
        EXPECT_TRUE(write(WhenFull::refuse));
        EXPECT_FALSE(store_->figures().full);
        EXPECT_GE(std::filesystem::file_size(folder_.path() / "reserve"), SpaceReserve::size);
    }
    entries();
}

TEST_F(FullDisk, WithoutRoomForAReserveOnlyWhatMustBeIsRecordedFromTheStart) {
    store_.reset();
    std::filesystem::remove(folder_.path() / "reserve");
    disk_.fill();
    std::filesystem::resize_file(folder_.path() / "filler", std::filesystem::file_size(folder_.path() / "filler") - (4 << 20));
    store_ = state_->open();
    EXPECT_EQ(error_of(write(WhenFull::refuse)).rule, disk_full_rule);
    EXPECT_TRUE(write(WhenFull::record));
}

TEST_F(FullDisk, AReserveThatCannotBeMadeIsNotAFullDisk) {
    store_.reset();
    const auto reserve = folder_.path() / "reserve";
    std::filesystem::remove(reserve);
    std::filesystem::create_directory(reserve);
    store_ = state_->open();
    const auto error = error_of(write(WhenFull::refuse));
    EXPECT_EQ(error.rule, "");
    EXPECT_NE(error.message.find("cannot keep space in " + reserve.string()), std::string::npos) << error.message;
    EXPECT_FALSE(store_->figures().full);
    EXPECT_EQ(store_->figures().failing, error.message);
    std::filesystem::remove(reserve);
    EXPECT_TRUE(write(WhenFull::refuse));
    EXPECT_EQ(store_->figures().failing, "");
}

TEST_F(FullDisk, AReadOnlyDiskIsSaidToBeOneBeforeAnythingIsWritten) {
    store_.reset();
    std::ofstream(state_->file().string() + "-wal");
    const auto watch = FileWatch::start(state_->file()).value();
    EXPECT_TRUE(watch.check());
    disk_.make_read_only(true);
    EXPECT_NE(error_of(watch.check()).message.find("read-only"), std::string::npos);
    EXPECT_TRUE(error_of(watch.check()).retry);
    disk_.make_read_only(false);
    EXPECT_TRUE(watch.check());
}

}  // namespace
}  // namespace seald::test
