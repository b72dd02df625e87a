#include "core/archive.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/shell.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

std::string file_of(const std::string& name, const std::string& content) { return archive_header(name, content.size()) + content + archive_padding(content.size()); }
std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class Archive : public testing::Test {
  protected:
    Archive() { fs::create_directory(into()); }
    fs::path into() const { return folder_.path() / "into"; }
    // In pieces of that many bytes.
    Result<std::map<std::string, UnpackedFile>> unpack(const std::string& archive, std::size_t piece = 7) {
        Unpacking unpacking(into());
        for (std::size_t at = 0; at < archive.size(); at += piece)
            if (auto added = unpacking.add(as_bytes(archive).subspan(at, std::min(piece, archive.size() - at))); !added) return added.error();
        return unpacking.finish();
    }
    void expect_refused(const std::string& archive) {
        fs::remove_all(into());
        fs::create_directory(into());
        const auto result = unpack(archive);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, ErrorCode::verification_failed) << result.error().message;
    }
    TemporaryFolder folder_{"seald-archive"};
};

TEST_F(Archive, IsReadByTarAndByUs) {
    const std::string long_content(5000, 'x');
    const std::string archive = file_of("ledger.db", long_content) + file_of("documents/sha256/ab", "") + file_of("keys/ledger.key", "key") + archive_end();
    std::ofstream(folder_.path() / "a.tar", std::ios::binary) << archive;
    EXPECT_EQ(shell("tar tf " + (folder_.path() / "a.tar").string()), "ledger.db\ndocuments/sha256/ab\nkeys/ledger.key\n");
    for (const std::size_t piece : {std::size_t{1}, std::size_t{511}, std::size_t{512}, std::size_t{100'000}}) {
        fs::remove_all(into());
        fs::create_directory(into());
        const auto files = unpack(archive, piece).value();
        EXPECT_EQ(files.size(), 3U);
        EXPECT_EQ(files.at("ledger.db").digest, Digest::of(DigestAlgorithm::sha256, as_bytes(long_content)));
        EXPECT_EQ(read(into() / "ledger.db"), long_content);
        EXPECT_EQ(read(into() / "keys" / "ledger.key"), "key");
        EXPECT_EQ(fs::status(into() / "keys" / "ledger.key").permissions(), fs::perms::owner_read | fs::perms::owner_write);
    }
}

TEST_F(Archive, TarReadsSizesBeyondEightGigabytes) {
    std::ofstream(folder_.path() / "big.tar", std::ios::binary) << archive_header("ledger.db", 20'000'000'000);
    EXPECT_NE(shell("tar tvf " + (folder_.path() / "big.tar").string() + "; true").find("20000000000"), std::string::npos);
}

TEST_F(Archive, NamesThatLeadOutOfTheFolderAreRefused) {
    for (const char* name : {"../out", "/etc/passwd", "a/../../out", "a//b", ".", "a/.", "", "a b", "a\nb"}) EXPECT_FALSE(is_archive_name(name)) << name;
    for (const char* name : {"ledger.db", "documents/sha256/00ff", "configuration/people/a_b-c.toml"}) EXPECT_TRUE(is_archive_name(name)) << name;
    EXPECT_FALSE(is_archive_name(std::string(100, 'a')));
    expect_refused(file_of("../out", "x") + archive_end());
    EXPECT_FALSE(fs::exists(folder_.path() / "out"));
}

TEST_F(Archive, OnlyWhatItsWriterMakesIsUnpacked) {
    const std::string good = file_of("a", "x") + archive_end();
    expect_refused(good.substr(0, good.size() - 1024));  // no end
    expect_refused(good.substr(0, 600));                 // ends within a file
    expect_refused(good + "more");
    expect_refused(file_of("a", "x") + file_of("a", "y") + archive_end());
    auto link = archive_header("a", 0);
    link[156] = '2';
    expect_refused(link + archive_end());
}

TEST_F(Archive, AFileThatIsThereIsNotWrittenOver) {
    std::ofstream(into() / "a") << "there";
    EXPECT_FALSE(unpack(file_of("a", "x") + archive_end()));
    EXPECT_EQ(read(into() / "a"), "there");
}

}  // namespace
}  // namespace seald::test
