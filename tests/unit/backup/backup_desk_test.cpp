#include "daemon/backup/backup_desk.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/shell.hpp"
#include "tests/unit/policy/office.hpp"
#include "tests/unit/store/temporary_state.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

class BackupDeskTest : public testing::Test {
  protected:
    BackupDeskTest() {
        shell("cd " + keys_.path().string() + " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=a -keyout k -out c");
        std::ofstream(keys_.path() / "seald.toml") << "# as it is\n";
        state_.save_key(state_.path() / "ledger.key");
        state_.write(*store_, append_sample(0)).value();
    }
    BackupSources sources() const {
        std::ifstream in(keys_.path() / "c");
        return {state_.path(), daemon_id, {keys_.path() / "seald.toml"}, {Certificate::from_pem(std::string{std::istreambuf_iterator<char>(in), {}}).value()}};
    }
    // Without a name, but with all of its bytes.
    static std::size_t copies_held() {
        std::size_t held = 0;
        for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
            std::error_code gone;
            if (fs::read_symlink(entry.path(), gone).string().ends_with("ledger.db.backup (deleted)")) ++held;
        }
        return held;
    }
    TemporaryFolder keys_;
    TemporaryState state_;
    std::unique_ptr<Store> store_ = state_.open();
    SystemClock clock_;
    Caller administrator_ = Office().caller("zhao.min");
};

TEST_F(BackupDeskTest, OneThatWasGivenUpTakesNoRoomAnyMore) {
    BackupDesk desk(*store_, sources(), clock_, std::chrono::seconds(0));
    state_.finish(desk.begin(administrator_)).value();
    ASSERT_EQ(copies_held(), 1U);
    desk.let_go_of_abandoned();
    EXPECT_EQ(copies_held(), 0U);
}

TEST_F(BackupDeskTest, OneThatIsFetchedStays) {
    BackupDesk desk(*store_, sources(), clock_);
    const auto begun = state_.finish(desk.begin(administrator_)).value();
    desk.let_go_of_abandoned();
    EXPECT_EQ(copies_held(), 1U);
    EXPECT_TRUE(state_.finish(desk.part(administrator_, begun.id, 0)));
}

}  // namespace
}  // namespace seald::test
