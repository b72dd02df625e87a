#include "core/backup_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/certificate.hpp"
#include "core/envelope.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

class BackupFolderTest : public testing::Test {
  protected:
    BackupFolderTest() {
        shell("cd " + folder_.path().string() + " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=a -keyout k -out c && chmod 600 k && mkdir backup into");
        const std::string archive = archive_header("ledger.db", 4) + "data" + archive_padding(4) + archive_end();
        const auto half = archive.size() / 2;
        for (const auto& piece : {archive.substr(0, half), archive.substr(half)}) add_part(piece);
        manifest_.archive_size = archive.size();
        manifest_.archive_digest = Digest::of(DigestAlgorithm::sha256, as_bytes(archive));
        manifest_.checkpoint = signer_.sign(Checkpoint{.origin = "seald.example.org", .size = 1, .root = {}}.to_text()).encode();
        write_manifest();
    }
    void add_part(const std::string& piece) {
        const auto part = seal_envelope(as_bytes(piece), {certificate()}).value();
        std::ofstream(backup() / backup_part_name(manifest_.parts.size()), std::ios::binary) << as_text(part);
        manifest_.parts.push_back({part.size(), Digest::of(DigestAlgorithm::sha256, part)});
    }
    void write_manifest() { std::ofstream(backup() / "manifest", std::ios::trunc) << manifest_.sign(signer_); }
    fs::path backup() const { return folder_.path() / "backup"; }
    Certificate certificate() const {
        std::ifstream in(folder_.path() / "c");
        return Certificate::from_pem(std::string{std::istreambuf_iterator<char>(in), {}}).value();
    }
    Result<BackupFolder> open() const { return open_backup(backup(), signer_.verifier()); }
    auto unpack() {
        fs::remove_all(folder_.path() / "into");
        fs::create_directory(folder_.path() / "into");
        return unpack_backup(open().value(), PrivateKey::load_pem(folder_.path() / "k").value(), folder_.path() / "into");
    }

    TemporaryFolder folder_{"seald-backup"};
    NoteSigner signer_ = NoteSigner::make("seald.example.org", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    BackupManifest manifest_{.daemon = "seald.example.org", .by = "sun.li", .version = "0.1.0", .made_at = Timestamp(std::chrono::milliseconds(1'795'435'200'123)), .schema = 3,
                             .checkpoint = {}, .documents = 2, .recipients = {{"aa", "CN=李娜"}}, .archive_size = 0, .archive_digest = Digest::of(DigestAlgorithm::sha256, {}), .parts = {}};
};

TEST_F(BackupFolderTest, SaysWhatWasSigned) {
    const auto opened = open().value();
    EXPECT_EQ(opened.manifest.by, "sun.li");
    EXPECT_EQ(opened.manifest.made_at, manifest_.made_at);
    EXPECT_EQ(opened.manifest.recipients.at(0).subject, "CN=李娜");
    EXPECT_EQ(opened.manifest.parts.size(), 2U);
    EXPECT_TRUE(check_parts(opened));
    EXPECT_EQ(unpack().value().size(), 1U);
}

TEST_F(BackupFolderTest, AManifestOfAnotherKeyOrAChangedOneIsRefused) {
    const auto other = NoteSigner::make("seald.example.org", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    EXPECT_EQ(open_backup(backup(), other.verifier()).error().code, ErrorCode::verification_failed);
    const std::string note = manifest_.sign(signer_);
    for (std::size_t at = 0; at < note.size(); at += 7) {
        auto changed = note;
        changed[at] = static_cast<char>(changed[at] ^ 0x01);
        EXPECT_FALSE(BackupManifest::open(changed, signer_.verifier())) << at;
    }
}

TEST_F(BackupFolderTest, ACheckpointIsNoManifestAndAManifestNoCheckpoint) {
    EXPECT_FALSE(BackupManifest::open(manifest_.checkpoint, signer_.verifier()));
    EXPECT_FALSE(open_checkpoint(manifest_.sign(signer_), signer_.verifier()));
}

TEST_F(BackupFolderTest, PartsThatAreMissingChangedSwappedOrTooManyAreNamed) {
    const auto expect_named = [&](const std::string& name) {
        const auto checked = check_parts(open().value());
        ASSERT_FALSE(checked);
        EXPECT_EQ(checked.error().code, ErrorCode::verification_failed);
        EXPECT_NE(checked.error().message.find(name), std::string::npos) << checked.error().message;
        EXPECT_EQ(unpack().error().code, ErrorCode::verification_failed);
    };
    std::ofstream(backup() / "part-000003.p7m") << "x";
    expect_named("part-000003.p7m");
    fs::remove(backup() / "part-000003.p7m");
    fs::rename(backup() / "part-000001.p7m", backup() / "kept");
    expect_named("part-000001.p7m");
    fs::rename(backup() / "part-000002.p7m", backup() / "part-000001.p7m");
    fs::rename(backup() / "kept", backup() / "part-000002.p7m");
    expect_named("part-000001.p7m");
}

// Whoever can encrypt to the recipient cannot sign.
TEST_F(BackupFolderTest, ContentThatTheManifestDoesNotSignForIsRefused) {
    manifest_.archive_digest = Digest::of(DigestAlgorithm::sha256, as_bytes("other"));
    write_manifest();
    EXPECT_NE(unpack().error().message.find("not what its manifest says"), std::string::npos);
}

TEST_F(BackupFolderTest, AFolderWithoutAManifestIsNoBackup) {
    fs::remove(backup() / "manifest");
    EXPECT_EQ(open().error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace seald::test
