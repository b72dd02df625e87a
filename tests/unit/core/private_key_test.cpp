#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "core/keys.hpp"
#include "core/openssl.hpp"
#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

using testing::TempFolder;
using testing::test_key;

TEST(PrivateKey, IsSavedForItsOwnerOnlyAndLoadedAgain) {
    const TempFolder folder;
    for (const auto kind :
         {KeyAlgorithm::ec_p256, KeyAlgorithm::ec_p384, KeyAlgorithm::rsa_2048, KeyAlgorithm::ed25519}) {
        const auto file = folder / std::string(to_string(kind));
        ASSERT_TRUE(test_key(kind).save_pem(file));
        struct stat facts {};
        ASSERT_EQ(::stat(file.c_str(), &facts), 0);
        EXPECT_EQ(facts.st_mode & 0777, 0600U);
        const auto loaded = PrivateKey::load_pem(file);
        ASSERT_TRUE(loaded) << loaded.error().message;
        EXPECT_EQ(loaded->algorithm(), kind);
        EXPECT_TRUE(loaded->public_key() == test_key(kind).public_key());
        EXPECT_EQ(folder.run("openssl pkey -pubout -in " + file.string()).output, loaded->public_key().to_pem());
    }
}

TEST(PrivateKey, NeverOverwritesAFile) {
    const TempFolder folder;
    folder.write("key.pem", "precious");
    const auto saved = test_key(KeyAlgorithm::ec_p256).save_pem(folder / "key.pem");
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, ErrorCode::conflict);
    EXPECT_EQ(folder.read("key.pem"), "precious");
    EXPECT_EQ(test_key(KeyAlgorithm::ec_p256).save_pem(folder / "no/such/folder").error().code, ErrorCode::unavailable);
}

TEST(PrivateKey, IsNotLoadedFromAFileThatOthersCanRead) {
    const TempFolder folder;
    const auto file = folder / "key.pem";
    ASSERT_TRUE(test_key(KeyAlgorithm::ec_p256).save_pem(file));
    for (const mode_t mode : {0640U, 0604U, 0620U, 0644U}) {
        ASSERT_EQ(::chmod(file.c_str(), mode), 0);
        const auto loaded = PrivateKey::load_pem(file);
        ASSERT_FALSE(loaded) << mode;
        EXPECT_EQ(loaded.error().code, ErrorCode::unacceptable);
        EXPECT_NE(loaded.error().message.find("chmod 600 " + file.string()), std::string::npos);
    }
    ASSERT_EQ(::chmod(file.c_str(), 0400), 0);
    EXPECT_TRUE(PrivateKey::load_pem(file));
}

TEST(PrivateKey, IsNotLoadedFromWhatIsNoFile) {
    const TempFolder folder;
    EXPECT_EQ(PrivateKey::load_pem(folder / "absent").error().code, ErrorCode::not_found);
    ASSERT_EQ(
        folder.run("mkfifo -m 600 fifo; mkdir -m 700 folder; head -c 100000 /dev/zero > big; chmod 600 big").status, 0);
    EXPECT_EQ(PrivateKey::load_pem(folder / "fifo").error().code, ErrorCode::unacceptable);
    EXPECT_EQ(PrivateKey::load_pem(folder / "folder").error().code, ErrorCode::unacceptable);
    EXPECT_EQ(PrivateKey::load_pem(folder / "big").error().code, ErrorCode::malformed);
}

TEST(PrivateKey, RefusesOtherFormsThanPlainPkcs8) {
    const TempFolder folder;
    const auto refused = [&](const std::string& command) {
        const auto made = folder.run(command);
        EXPECT_EQ(made.status, 0) << made.output;
        const auto key = PrivateKey::from_pem(folder.read("k.pem"));
        return key ? std::string("accepted") : key.error().message;
    };
    EXPECT_NE(refused("openssl ecparam -name prime256v1 -genkey -noout -out k.pem").find("openssl pkcs8 -topk8"),
              std::string::npos);
    EXPECT_NE(refused("openssl genpkey -algorithm ed25519 -aes256 -pass pass:x -out k.pem").find("pkcs8"),
              std::string::npos);
    EXPECT_NE(refused("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out k.pem").find("secp521r1"),
              std::string::npos);
}

TEST(PrivateKey, RefusesAPublicHalfOfAnotherKey) {
    // The public half is the last 65 bytes of an EC key in PKCS#8 (RFC 5915 section 3).
    const auto pem = [](const PrivateKey& key) {
        const TempFolder folder;
        EXPECT_TRUE(key.save_pem(folder / "k.pem"));
        return folder.read("k.pem");
    };
    const auto der_of_pem = [](const std::string& text) {
        const Bio in = reading_bio(text);
        return *next_pem_block(in.get(), "PRIVATE KEY").value();
    };
    Bytes mixed = der_of_pem(pem(test_key(KeyAlgorithm::ec_p256)));
    const Bytes other = der_of_pem(pem(PrivateKey::generate(KeyAlgorithm::ec_p256).value()));
    ASSERT_TRUE(PrivateKey::from_pem(encode_pem("PRIVATE KEY", mixed)));
    std::copy(other.end() - 65, other.end(), mixed.end() - 65);
    const auto key = PrivateKey::from_pem(encode_pem("PRIVATE KEY", mixed));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::unacceptable);
}

}  // namespace
}  // namespace seald
