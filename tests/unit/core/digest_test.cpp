#include "core/digest.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace seald {
namespace {

namespace fs = std::filesystem;

// printf abc | sha256sum, sha384sum, sha512sum
constexpr std::string_view kSha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kSha384 =
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7";
constexpr std::string_view kSha512 =
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

class DigestOfFile : public testing::Test {
  protected:
    DigestOfFile() {
        std::string pattern = (fs::temp_directory_path() / "seald-digest-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~DigestOfFile() override { fs::remove_all(folder_); }
    fs::path write(const char* name, const std::string& content) {
        std::ofstream(folder_ / name, std::ios::binary) << content;
        return folder_ / name;
    }
    fs::path folder_;
};

TEST(Digest, KnownContentHasItsKnownDigests) {
    EXPECT_EQ(Digest::of(DigestAlgorithm::sha256, as_bytes("abc")).hex(), kSha256);
    EXPECT_EQ(Digest::of(DigestAlgorithm::sha384, as_bytes("abc")).hex(), kSha384);
    EXPECT_EQ(Digest::of(DigestAlgorithm::sha512, as_bytes("abc")).hex(), kSha512);
}

TEST(Digest, TextAndDigestAreInverse) {
    auto digest = Digest::decode("sha384", kSha384).value();
    EXPECT_EQ(digest.algorithm(), DigestAlgorithm::sha384);
    EXPECT_EQ(digest.hex(), kSha384);
    EXPECT_EQ(digest, Digest::of(DigestAlgorithm::sha384, as_bytes("abc")));
    EXPECT_NE(digest, Digest::of(DigestAlgorithm::sha384, as_bytes("abd")));
    EXPECT_NE(digest, Digest::of(DigestAlgorithm::sha256, as_bytes("abc")));
}

TEST(Digest, AnUnknownAlgorithmIsUnacceptable) {
    for (std::string_view name : {"", "sha1", "SHA256", "sha-256", "md5", "sha256 "}) {
        auto refused = Digest::decode(name, kSha256);
        ASSERT_FALSE(refused) << name;
        EXPECT_EQ(refused.error().code, ErrorCode::unacceptable);
        EXPECT_NE(refused.error().message.find("sha384"), std::string::npos);
    }
}

TEST(Digest, AWrongLengthIsUnacceptable) {
    for (std::size_t length : {0U, 20U, 31U, 33U, 48U, 64U}) {
        auto refused = Digest::from_bytes(DigestAlgorithm::sha256, Bytes(length));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::unacceptable);
    }
    EXPECT_EQ(Digest::decode("sha512", kSha256).error().code, ErrorCode::unacceptable);
}

TEST(Digest, WhatIsNotHexIsMalformed) {
    EXPECT_EQ(Digest::decode("sha256", "BA7816BF").error().code, ErrorCode::malformed);
    EXPECT_EQ(Digest::decode("sha256", "zz").error().code, ErrorCode::malformed);
}

TEST_F(DigestOfFile, EqualsTheDigestOfItsContentAcrossBlocks) {
    for (std::size_t size : {std::size_t{0}, std::size_t{3}, std::size_t{1} << 20, (std::size_t{1} << 20) * 2 + 7}) {
        std::string content(size, 'x');
        auto digest = Digest::of_file(DigestAlgorithm::sha512, write("f", content));
        EXPECT_EQ(digest.value(), Digest::of(DigestAlgorithm::sha512, as_bytes(content)));
    }
}

TEST_F(DigestOfFile, FollowsALink) {
    write("f", "abc");
    fs::create_symlink(folder_ / "f", folder_ / "link");
    EXPECT_EQ(Digest::of_file(DigestAlgorithm::sha256, folder_ / "link").value().hex(), kSha256);
}

TEST_F(DigestOfFile, AMissingFileIsNotFound) {
    auto refused = Digest::of_file(DigestAlgorithm::sha256, folder_ / "none");
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    EXPECT_NE(refused.error().message.find("none"), std::string::npos);
}

TEST_F(DigestOfFile, AFolderOrPipeIsUnacceptableAndDoesNotHang) {
    EXPECT_EQ(Digest::of_file(DigestAlgorithm::sha256, folder_).error().code, ErrorCode::unacceptable);
    ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
    EXPECT_EQ(Digest::of_file(DigestAlgorithm::sha256, folder_ / "pipe").error().code, ErrorCode::unacceptable);
}

}  // namespace
}  // namespace seald
