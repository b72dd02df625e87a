#include "daemon/backup/backup_making.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

#include "core/backup_folder.hpp"
#include "core/envelope.hpp"
#include "daemon/store/opening_check.hpp"
#include "daemon/store/space_reserve.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/small_disk.hpp"
#include "tests/unit/store/temporary_state.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

class BackupMakingTest : public testing::Test {
  protected:
    BackupMakingTest() : disk_(folder_.path(), 96) {
        state_.emplace(folder_.path());
        shell("cd " + keys_.path().string() + " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=a -keyout k -out c && chmod 600 k");
        std::ofstream(keys_.path() / "seald.toml") << "# as it is\n";
        save_key();
        store_ = state_->open();
        append(10);
    }
    void save_key() const { state_->save_key(folder_.path() / "ledger.key"); }
    void append(int count) {
        for (int i = 0; i < count; ++i) state_->write(*store_, append_sample(0)).value();
    }
    BackupSources sources() const {
        std::ifstream in(keys_.path() / "c");
        return {folder_.path(), daemon_id, {keys_.path() / "seald.toml"}, {Certificate::from_pem(std::string{std::istreambuf_iterator<char>(in), {}}).value()}};
    }
    std::set<std::string> names() const {
        std::set<std::string> found;
        for (const auto& entry : fs::directory_iterator(folder_.path()))
            // A thread of its own writes the checkpoint's copy, soon after the commit.
            if (const auto name = entry.path().filename().string(); !name.starts_with("ledger.checkpoint")) found.insert(name);
        return found;
    }
    TemporaryFolder folder_, keys_;
    SmallDisk disk_;
    std::optional<TemporaryState> state_;
    std::unique_ptr<Store> store_;
};

TEST_F(BackupMakingTest, HoldsTheKeyThatTheLedgerIsSignedWithOrIsNotMade) {
    const auto right = folder_.path() / "right";  // on the same disk
    std::filesystem::rename(folder_.path() / "ledger.key", right);
    PrivateKey::generate(KeyAlgorithm::ed25519).value().save_pem(folder_.path() / "ledger.key").value();
    EXPECT_TRUE(error_of(BackupMaking::begin(sources(), noon)).retry);
    std::filesystem::rename(right, folder_.path() / "ledger.key");
    EXPECT_TRUE(BackupMaking::begin(sources(), noon));
    std::ofstream(folder_.path() / "ledger.key.new") << "half a k";
    EXPECT_TRUE(error_of(BackupMaking::begin(sources(), noon)).retry) << "while the key is changed";
}

TEST_F(BackupMakingTest, IsOfTheMomentWhenItBegan) {
    const auto making = BackupMaking::begin(sources(), noon).value();
    append(5);
    EXPECT_EQ(making->entries(), 10U);
    std::size_t parts = 0;
    while (!making->next_part().value().empty()) ++parts;
    EXPECT_EQ(parts, 1U);
    EXPECT_TRUE(making->finish("sun.li"));
    EXPECT_EQ(making->manifest().schema, schema_version);
    append(1);
}

TEST_F(BackupMakingTest, LeavesNothingInTheStateFolder) {
    const auto before = names();
    auto making = BackupMaking::begin(sources(), noon).value();
    EXPECT_EQ(names(), before) << "the copy has no name";
    std::ofstream(folder_.path() / "ledger.db.backup.new") << "of an attempt that a crash ended";
    std::ofstream(folder_.path() / "ledger.db.backup-wal") << "likewise";
    making = BackupMaking::begin(sources(), noon).value();
    EXPECT_EQ(names(), before);
}

TEST_F(BackupMakingTest, TakesNoSpaceThatTheLedgerNeeds) {
    disk_.fill();
    const auto filler = folder_.path() / "filler";
    const auto before = names();
    fs::resize_file(filler, fs::file_size(filler) - SpaceReserve::least_free);  // enough for the ledger, not for a copy beside it
    const auto refused = BackupMaking::begin(sources(), noon);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().rule, disk_full_rule);
    EXPECT_TRUE(refused.error().retry);
    EXPECT_EQ(names(), before);
    append(1);
    fs::resize_file(filler, fs::file_size(filler) - (4U << 20));
    EXPECT_TRUE(BackupMaking::begin(sources(), noon));
}

TEST_F(BackupMakingTest, TwoThatBeginAtOnceAreBothMade) {
    append(200);
    const auto before = names();
    std::atomic<int> failed = 0;
    const auto make_ten = [&] {
        for (int i = 0; i < 10; ++i)
            if (const auto making = BackupMaking::begin(sources(), noon); !making || (*making)->entries() != 210) ++failed;
    };
    std::thread by_schedule(make_ten);
    make_ten();
    by_schedule.join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(names(), before);
}

TEST_F(BackupMakingTest, WithoutRecipientsThereIsNone) {
    auto nobody = sources();
    nobody.recipients.clear();
    EXPECT_EQ(BackupMaking::begin(nobody, noon).error().rule, "no-backup-recipients");
}

TEST_F(BackupMakingTest, IsNotFinishedBeforeItsLastPart) {
    const auto making = BackupMaking::begin(sources(), noon).value();
    EXPECT_EQ(making->finish("sun.li").error().rule, "backup-incomplete");
}

}  // namespace
}  // namespace seald::test
