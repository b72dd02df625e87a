#include "daemon/backup/backup_shelf.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "core/backup_manifest.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Timestamp noon{std::chrono::milliseconds(1'795'435'200'000)};

class BackupShelfTest : public testing::Test {
  protected:
    static NoteSigner signer() { return NoteSigner::make("seald.example.org", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value(); }
    static std::string manifest(const NoteSigner& key, Timestamp made_at, const std::string& by) {
        const BackupManifest manifest{.daemon = "seald.example.org", .by = by, .version = "0.1.0", .made_at = made_at, .schema = 3,
                                      .checkpoint = key.sign(Checkpoint{.origin = "seald.example.org", .size = 1, .root = {}}.to_text()).encode(),
                                      .documents = 0, .recipients = {}, .archive_size = 0, .archive_digest = Digest::of(DigestAlgorithm::sha256, {}), .parts = {}};
        return manifest.sign(key);
    }
    void shelve(Timestamp made_at, const std::string& by = made_by_schedule) { shelve(key_, made_at, by); }
    void shelve(const NoteSigner& key, Timestamp made_at, const std::string& by) {
        const auto begun = shelf_.begin().value();
        std::ofstream(begun / "manifest") << manifest(key, made_at, by);
        std::ofstream(begun / "part-000001.p7m") << "x";
        shelf_.keep(begun, made_at).value();
    }
    std::size_t folders() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator())); }
    TemporaryFolder folder_{"seald-shelf"};
    NoteSigner key_ = signer();
    BackupShelf shelf_{folder_.path(), key_.verifier()};
};

TEST_F(BackupShelfTest, KeepsTheNewest) {
    EXPECT_EQ(shelf_.newest().value(), std::nullopt);
    for (int day = 0; day < 5; ++day) shelve(noon + 24h * day);
    EXPECT_EQ(shelf_.newest().value(), noon + 96h);
    shelf_.remove_older(2).value();
    EXPECT_EQ(folders(), 2U);
    EXPECT_EQ(shelf_.newest().value(), noon + 96h);
    EXPECT_TRUE(fs::exists(folder_.path() / "seald-20261127T120000.000Z" / "manifest"));
}

TEST_F(BackupShelfTest, LeavesAloneWhatItDidNotMake) {
    shelve(noon, "sun.li");                                       // somebody's, who put it here
    shelve(signer(), noon + 1h, made_by_schedule);                // of another ledger
    fs::create_directory(folder_.path() / "seald-photographs");
    std::ofstream(folder_.path() / "seald-20200101T000000.000Z") << "a file";
    fs::create_directory(folder_.path() / "holidays");
    shelve(noon + 2h);
    fs::rename(folder_.path() / "seald-20261123T140000.000Z", folder_.path() / "seald-keep-this");  // renamed on purpose
    shelve(noon + 3h);
    fs::create_directory_symlink(folder_.path() / "holidays", folder_.path() / "seald-link");
    const auto before = folders();
    shelf_.remove_older(0).value();
    EXPECT_EQ(folders(), before - 1) << "its own, of which none is to stay";
    EXPECT_FALSE(fs::exists(folder_.path() / "seald-20261123T150000.000Z"));
}

TEST_F(BackupShelfTest, WhatACrashLeftIsClearedAwayAndNeverCounted) {
    const auto begun = shelf_.begin().value();
    std::ofstream(begun / "manifest") << manifest(key_, noon, made_by_schedule);
    EXPECT_EQ(shelf_.newest().value(), std::nullopt) << "it is not in its place";
    EXPECT_TRUE(fs::is_empty(shelf_.begin().value()));
}

TEST_F(BackupShelfTest, AFolderThatIsNotThereIsNotMade) {
    const BackupShelf nowhere(folder_.path() / "not-mounted", key_.verifier());
    EXPECT_EQ(nowhere.newest().error().code, ErrorCode::unavailable);
    EXPECT_NE(nowhere.begin().error().message.find("mount the medium"), std::string::npos);
    EXPECT_FALSE(fs::exists(folder_.path() / "not-mounted"));
}

}  // namespace
}  // namespace seald::test
