#include "core/envelope.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "tests/support/shell.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {
namespace {

// Whom openssl made a key and a certificate for.
class Envelope : public testing::TestWithParam<const char*> {
  protected:
    Envelope() { make("one", GetParam()); make("other", "ec -pkeyopt ec_paramgen_curve:P-384"); }
    void make(const std::string& name, const std::string& kind) {
        shell("cd " + folder_.path().string() + " && openssl req -x509 -newkey " + kind + " -nodes -days 30 -subj /CN=" + name + " -keyout " + name + ".key -out " + name + ".pem");
        ::chmod((folder_.path() / (name + ".key")).c_str(), 0600);
    }
    std::string read(const std::string& name) const {
        std::ifstream in(folder_.path() / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    Certificate certificate(const std::string& name) const { return Certificate::from_pem(read(name + ".pem")).value(); }
    PrivateKey key(const std::string& name) const { return PrivateKey::from_pem(read(name + ".key")).value(); }
    std::string opened_by_openssl(BytesView envelope, const std::string& name) {
        std::ofstream(folder_.path() / "e.p7m", std::ios::binary) << as_text(envelope);
        shell("cd " + folder_.path().string() + " && openssl cms -decrypt -binary -inform DER -in e.p7m -inkey " + name + ".key -recip " + name + ".pem -out e.out");
        return read("e.out");
    }
    TemporaryFolder folder_{"seald-envelope"};
};

TEST_P(Envelope, IsOpenedByEachRecipientAndByOpenssl) {
    std::string content(100'000, '\0');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31 / 7);
    const auto envelope = seal_envelope(as_bytes(content), {certificate("one"), certificate("other")}).value();
    for (const char* name : {"one", "other"}) {
        EXPECT_EQ(as_text(open_envelope(envelope, key(name)).value()), content) << name;
        EXPECT_EQ(opened_by_openssl(envelope, name), content) << name;
    }
}

TEST_P(Envelope, NobodyElseOpensIt) {
    const auto envelope = seal_envelope(as_bytes("secret"), {certificate("one")}).value();
    const auto opened = open_envelope(envelope, key("other"));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::verification_failed);
    EXPECT_EQ(as_text(envelope).find("secret"), std::string_view::npos);
}

TEST_P(Envelope, AChangedByteIsNoticedWhereverItIs) {
    const auto envelope = seal_envelope(as_bytes("what must not be changed"), {certificate("one")}).value();
    for (std::size_t at = 0; at < envelope.size(); ++at) {
        auto changed = envelope;
        changed[at] ^= 0x01;
        const auto opened = open_envelope(changed, key("one"));
        EXPECT_EQ(opened ? std::string(as_text(*opened)) : "what must not be changed", "what must not be changed") << at;
    }
    for (std::size_t at = envelope.size() - 40; at < envelope.size(); ++at) {  // content and tag
        auto changed = envelope;
        changed[at] ^= 0x01;
        EXPECT_FALSE(open_envelope(changed, key("one"))) << at;
    }
}

TEST_P(Envelope, WithoutATagItIsNotOpened) {
    std::ofstream(folder_.path() / "plain") << "content";
    shell("cd " + folder_.path().string() + " && openssl cms -encrypt -binary -aes-256-cbc -outform DER -in plain -out cbc.p7m one.pem");
    const auto opened = open_envelope(as_bytes(read("cbc.p7m")), key("one"));
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("AuthEnvelopedData"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(For, Envelope, testing::Values("rsa:2048", "ec -pkeyopt ec_paramgen_curve:P-256"));

TEST(EnvelopeRecipient, AKeyThatOnlySignsIsNone) {
    TemporaryFolder folder("seald-envelope");
    shell("cd " + folder.path().string() + " && openssl req -x509 -newkey ed25519 -nodes -days 30 -subj /CN=a -keyout k -out c");
    std::ifstream in(folder.path() / "c");
    const auto certificate = Certificate::from_pem(std::string{std::istreambuf_iterator<char>(in), {}}).value();
    EXPECT_EQ(check_recipient(certificate).error().code, ErrorCode::unacceptable);
}

}  // namespace
}  // namespace seald::test
