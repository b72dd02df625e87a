// The API over TLS, through sealctl as people use it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/tls_office.hpp"

namespace seald::test {
namespace {

using testing::HasSubstr;

struct TlsDaemon : testing::Test {
    TlsOffice office;
};

TEST_F(TlsDaemon, AnEnrolledCertificateIsThatPersonAndTheLedgerSaysWhich) {
    office.start();
    office.instance.unlock();
    office.instance.make_seal();
    const auto file = office.instance.write_file("c.txt", "contract").string();
    const auto applied = office.sealctl("li.na", {"apply", "--seal", "contract", "--purpose", "sale", "--type", "contract", file});
    ASSERT_EQ(applied.exit_code, 0) << applied.err << office.instance.log();
    const auto entries = office.instance.entries("application-submitted");
    ASSERT_EQ(entries.size(), 1U);
    const auto& caller = entries[0].at("caller").as_object();
    EXPECT_EQ(caller.at("id").as_string(), "li.na");
    EXPECT_EQ(caller.at("certificate").at("sha256").as_string(), office.li_na.fingerprint);
    EXPECT_EQ(caller.at("certificate").at("subject").as_string(), "CN=李娜");
    EXPECT_TRUE(std::string(caller.at("address").as_string()).starts_with("127.0.0.1:"));
    EXPECT_FALSE(caller.contains("uid"));
}

TEST_F(TlsDaemon, ACertificateThatMerelyChainsIsNobody) {
    const auto stranger = office.ca.issue({.common_name = "李娜", .names = {"email:LI.NA@example.org", "DNS:li.na@example.org"}});
    office.put("stranger", stranger);
    office.start();
    const auto refused = office.sealctl("stranger", {"status"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("certificate " + stranger.fingerprint + " is not enrolled"));
    EXPECT_THAT(office.instance.log(), HasSubstr("certificate=" + stranger.fingerprint));
}

TEST_F(TlsDaemon, WithoutAnAcceptedCertificateThereAreWordsAboutIt) {
    const auto revoked = office.ca.issue({.common_name = "李娜", .names = {"email:li.na@example.org"}});
    office.put("revoked", revoked);
    office.write("crl.pem", office.ca.crl({revoked}));
    office.start();
    const auto ca = (office.instance.folder() / "tls/ca.pem").string();
    const auto without = office.instance.sealctl_at(office.server(), "nobody", {"--tls-ca", ca, "status"});
    EXPECT_EQ(without.exit_code, 1);
    EXPECT_THAT(without.err, HasSubstr("did not accept the client certificate"));
    EXPECT_EQ(office.sealctl("revoked", {"status"}).exit_code, 1);
    EXPECT_THAT(office.instance.log(), HasSubstr("not let in: certificate revoked"));
    EXPECT_EQ(office.sealctl("li.na", {"status"}).exit_code, 0);
}

TEST_F(TlsDaemon, AWrongServerIsRefusedWithWordsAndToldNothing) {
    TestCa other("Another CA");
    office.write("other.pem", other.certificate());
    office.start();
    auto untrusting = office.shown_as("li.na", {"status"});
    untrusting[1] = (office.instance.folder() / "tls/other.pem").string();
    const auto untrusted = office.instance.sealctl_at(office.server(), "nobody", untrusting);
    EXPECT_EQ(untrusted.exit_code, 5);
    EXPECT_THAT(untrusted.err, HasSubstr("is not trusted ("));
    EXPECT_THAT(untrusted.err, HasSubstr("nothing was sent to it"));

    const auto elsewhere = office.instance.sealctl_at(office.server("localhost"), "nobody", office.shown_as("li.na", {"status"}));
    EXPECT_EQ(elsewhere.exit_code, 5);
    EXPECT_THAT(elsewhere.err, HasSubstr("is not localhost's"));
    EXPECT_THAT(office.instance.log(), Not(HasSubstr("caller=li.na")));
}

// curl and openssl speak to it as any program would.
TEST_F(TlsDaemon, OtherProgramsSpeakItToo) {
    office.start();
    const auto folder = office.instance.folder() / "tls";
    const std::string certificate = office.instance.desk() / "li.na.pem";
    const auto answer = office.instance.as("nobody", {"/usr/bin/curl", "--silent", "--cacert", folder / "ca.pem", "--cert", certificate, "--key",
                                                      certificate + ".key", office.server() + "/v1/whoami"});
    EXPECT_THAT(answer.out, HasSubstr("\"id\":\"li.na\"")) << answer.err;
    EXPECT_THAT(answer.out, HasSubstr("\"uid\":null"));
    EXPECT_THAT(answer.out, HasSubstr("\"certificate_sha256\":\"" + office.li_na.fingerprint));
    const auto old = office.instance.as("nobody", {"/usr/bin/openssl", "s_client", "-connect", "127.0.0.1:" + office.port, "-tls1_2"});
    EXPECT_THAT(old.out + old.err, HasSubstr("alert protocol version"));
}

}  // namespace
}  // namespace seald::test
