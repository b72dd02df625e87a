#include "client/pin_source.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "client/terminal.hpp"
#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

std::string text_of(const Secret& secret) { return {secret.reveal().begin(), secret.reveal().end()}; }

Secret secret(std::string_view text) { return Secret(std::vector<char>(text.begin(), text.end())); }

std::string pin_file(const testing::TempFolder& folder, std::string_view content, mode_t mode) {
    const auto file = folder.write("pin", content);
    EXPECT_EQ(::chmod(file.c_str(), mode), 0);
    return file.string();
}

TEST(PinFile, GivesItsFirstLine) {
    const testing::TempFolder folder;
    EXPECT_EQ(text_of(read_pin_file(pin_file(folder, "1234\nrest\n", 0600)).value()), "1234");
    EXPECT_EQ(text_of(read_pin_file(pin_file(folder, "12 34", 0400)).value()), "12 34");
}

TEST(PinFile, IsRefusedWhenOthersMayReadIt) {
    const testing::TempFolder folder;
    for (const mode_t mode : {0640u, 0604u, 0660u, 0644u}) {
        const auto pin = read_pin_file(pin_file(folder, "1234\n", mode));
        ASSERT_FALSE(pin) << mode;
        EXPECT_EQ(pin.error().rule, "pin-file-private");
    }
}

TEST(PinFile, IsRefusedWhenEmpty) {
    const testing::TempFolder folder;
    for (const char* content : {"", "\n", "\r\n", "\n1234\n"}) {
        const auto pin = read_pin_file(pin_file(folder, content, 0600));
        ASSERT_FALSE(pin);
        EXPECT_EQ(pin.error().code, ErrorCode::malformed);
    }
}

TEST(PinFile, HasALimit) {
    const testing::TempFolder folder;
    EXPECT_TRUE(read_pin_file(pin_file(folder, std::string(max_pin_bytes, '1') + "\n", 0600)));
    EXPECT_FALSE(read_pin_file(pin_file(folder, std::string(max_pin_bytes + 1, '1') + "\n", 0600)));
}

TEST(PinFile, ThatIsNotThereIsNotFound) { EXPECT_EQ(read_pin_file("/nowhere/pin").error().code, ErrorCode::not_found); }

TEST(PinFile, IsNotAFolder) {
    const testing::TempFolder folder;
    EXPECT_FALSE(read_pin_file((folder / "").string()));
}

TEST(SealedPin, OpensWithOpenssl) {
    const testing::TempFolder folder;
    const auto key = PrivateKey::generate(KeyAlgorithm::rsa_3072).value();
    ASSERT_TRUE(key.save_pem(folder / "key.pem"));
    const Bytes sealed = seal_pin(secret("秘密1234"), key.public_key()).value();
    folder.write("sealed", as_text(sealed));
    const auto opened = folder.run(
        "openssl pkeyutl -decrypt -inkey key.pem -in sealed -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 "
        "-pkeyopt rsa_mgf1_md:sha256");
    EXPECT_EQ(opened.status, 0) << opened.output;
    EXPECT_EQ(opened.output, "秘密1234");
}

TEST(SealedPin, IsRefusedForOtherKeys) {
    for (const KeyAlgorithm kind : {KeyAlgorithm::rsa_2048, KeyAlgorithm::ec_p256}) {
        EXPECT_EQ(seal_pin(secret("1234"), testing::test_key(kind).public_key()).error().code, ErrorCode::unacceptable);
    }
}

TEST(SealedPin, IsNeverEmpty) {
    EXPECT_EQ(seal_pin(Secret(), testing::test_key(KeyAlgorithm::rsa_2048).public_key()).error().code,
              ErrorCode::malformed);
}

}  // namespace
}  // namespace seald
