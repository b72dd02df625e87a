#include "pkcs11/pin_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace seald {
namespace {

using ::testing::HasSubstr;
using token_protocol::Failure;

class PinFile : public ::testing::Test {
  protected:
    PinFile() {
        std::string pattern = std::filesystem::temp_directory_path() / "seald-pin-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
        folder = pattern;
    }
    ~PinFile() override { std::filesystem::remove_all(folder); }

    void write(std::string_view content, mode_t mode = 0600) const {
        std::ofstream(file()) << content;
        ::chmod(file().c_str(), mode);
    }
    std::string file() const { return (folder / "pin").string(); }
    Outcome<Secret> read() const { return PinSource::decode("file:" + file())->read(); }
    void expect_refused(const char* why) const {
        const auto pin = read();
        ASSERT_FALSE(pin.has_value()) << why;
        EXPECT_EQ(pin.error().failure, Failure::pin_rejected);
        EXPECT_THAT(pin.error().words, HasSubstr(why));
    }
    std::filesystem::path folder;
};

std::string text_of(const Secret& secret) { return {secret.reveal().begin(), secret.reveal().end()}; }

TEST(PinSourceText, IsNoneAFileOrACredential) {
    EXPECT_FALSE(PinSource::decode("none")->unattended());
    EXPECT_TRUE(PinSource::decode("file:/etc/pin")->unattended());
    EXPECT_TRUE(PinSource::decode("credential:usb-1")->unattended());
    for (const auto* wrong : {"", "prompt", "file:", "file:relative", "credential:", "credential:../x",
                              "credential:a/b", "credential:.", "cred", "1234"}) {
        EXPECT_EQ(PinSource::decode(wrong).error().failure, Failure::bad_request) << wrong;
    }
}

TEST_F(PinFile, IsReadWhenItIsPrivate) {
    write("1234");
    EXPECT_EQ(text_of(*read()), "1234");
    write(std::string(255, '7'), 0400);
    EXPECT_EQ(read()->size(), 255U);
}

TEST_F(PinFile, IsRefusedWhenOthersCouldReadOrWriteIt) {
    for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U, 0601U}) {
        write("1234", mode);
        expect_refused("chmod 0600");
    }
}

TEST_F(PinFile, IsRefusedWhenItBelongsToSomebodyElse) {
    write("1234");
    ASSERT_EQ(::geteuid(), 0U) << "only root can give a file away";
    ASSERT_EQ(::chown(file().c_str(), 12345, gid_t(-1)), 0);
    expect_refused("belongs to somebody else");
}

TEST_F(PinFile, IsRefusedWhenItIsALinkAFolderAPipeOrMissing) {
    expect_refused("No such file");
    write("1234");
    std::filesystem::rename(file(), folder / "real");
    std::filesystem::create_symlink(folder / "real", file());
    expect_refused("symbolic link");
    std::filesystem::remove(file());
    std::filesystem::create_directory(file());
    expect_refused("not a regular file");
    std::filesystem::remove(file());
    ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
    expect_refused("not a regular file");
}

TEST_F(PinFile, IsRefusedWhenItsContentCannotBeAPin) {
    write("");
    expect_refused("empty");
    write("1234\n");
    expect_refused("newline");
    write(std::string(256, '1'));
    expect_refused("longer than 255");
}

TEST_F(PinFile, OfACredentialMayBeReadByTheGroupThatSystemdsAclShows) {
    ::setenv("CREDENTIALS_DIRECTORY", folder.c_str(), 1);
    const auto source = PinSource::decode("credential:pin");
    write("4321", 0440);
    EXPECT_EQ(text_of(*source->read()), "4321");
    write("4321", 0444);
    EXPECT_FALSE(source->read().has_value());
    ::unsetenv("CREDENTIALS_DIRECTORY");
    EXPECT_THAT(source->read().error().words, HasSubstr("CREDENTIALS_DIRECTORY"));
}

TEST(PinSourceText, NoneHasNoPin) {
    EXPECT_EQ(PinSource::decode("none")->read().error().failure, Failure::pin_rejected);
}

}  // namespace
}  // namespace seald
