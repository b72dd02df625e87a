#include "client/approval_key.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

TEST(ApprovalKey, IsReadFromAPrivateFile) {
    const testing::TempFolder folder;
    const auto key = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
    ASSERT_TRUE(key.save_pem(folder / "key"));
    EXPECT_EQ(ApprovalKey::open((folder / "key").string(), "").value().public_key(), key.public_key());
}

TEST(ApprovalKey, IsRefusedWhenOthersCanReadIt) {
    const testing::TempFolder folder;
    ASSERT_TRUE(PrivateKey::generate(KeyAlgorithm::ec_p256).value().save_pem(folder / "key"));
    ASSERT_EQ(::chmod((folder / "key").c_str(), 0640), 0);
    EXPECT_FALSE(ApprovalKey::open((folder / "key").string(), ""));
}

TEST(ApprovalKey, IsInTheHomeFolderUnlessNamed) {
    const testing::TempFolder folder;
    ASSERT_EQ(::setenv("HOME", (folder / "").c_str(), 1), 0);
    EXPECT_EQ(ApprovalKey::open("", "").error().code, ErrorCode::not_found);
    std::filesystem::create_directories(folder / ".config/seald");
    ASSERT_TRUE(PrivateKey::generate(KeyAlgorithm::ec_p256).value().save_pem(folder / ".config/seald/approval.key"));
    EXPECT_TRUE(ApprovalKey::open("", ""));
}

TEST(ApprovalKey, SaysThatTheNamedFileIsMissing) {
    EXPECT_EQ(ApprovalKey::open("/nowhere/key", "").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace seald
