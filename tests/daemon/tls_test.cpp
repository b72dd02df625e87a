// The API over TLS, through sealctl as people use it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>

#include "tests/daemon/tls_office.hpp"
#include "tests/unit/server/tls_client.hpp"

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

TEST_F(TlsDaemon, WhatACertificateSaysOfItsOwnerGivesRolesWhenTheConfigurationIsLoaded) {
    Office settings = office_with_tls();
    settings.person_extra["li.na"] = "tls_certificate = \"tls/li.na.pem\"";
    office.write("li.na.pem", office.li_na.certificate);
    office.instance.configure(settings);
    office.start();
    EXPECT_EQ(office.sealctl("li.na", {"token", "lock", "usb-1"}).exit_code, 1);
    settings.extra += "[[certificate_group]]\nfield = \"common_name\"\nvalue = \"李娜\"\nroles = [\"custodian\"]\n";
    office.instance.configure(settings);
    office.instance.sealctl_json("zhang.wei", {"reload"});
    const auto locked = office.sealctl("li.na", {"token", "lock", "usb-1"});
    EXPECT_EQ(locked.exit_code, 0) << locked.err;
    // Another certificate that says the same is not enrolled, and so nobody.
    office.put("namesake", office.ca.issue({.common_name = "李娜", .names = {"email:li.na@example.org"}}));
    EXPECT_EQ(office.sealctl("namesake", {"status"}).exit_code, 1);
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
    EXPECT_EQ(office.sealctl("revoked", {"status"}).exit_code, 1);
    EXPECT_THAT(office.instance.log(), HasSubstr("not let in: certificate revoked"));
    const auto ca = (office.instance.folder() / "tls/ca.pem").string();
    const auto without = office.instance.sealctl_at(office.server(), "nobody", {"--tls-ca", ca, "status"});
    EXPECT_EQ(without.exit_code, 1);
    EXPECT_THAT(without.err, HasSubstr("did not accept the client certificate"));
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

// Four clients ask without pause, each now on the connection it has and now on a new one, while the certificate is renewed
// again and again.
TEST_F(TlsDaemon, ARenewedCertificateIsShownAtOnceAndNoRequestIsLost) {
    office.start();
    const auto port = static_cast<std::uint16_t>(std::stoi(office.port));
    std::atomic<bool> over = false;
    std::atomic<int> answered = 0, lost = 0;
    std::vector<std::thread> clients;
    for (int n = 0; n < 4; ++n)
        clients.emplace_back([&] {
            TlsClient stays(port, &office.li_na);
            while (!over) {
                TlsClient fresh(port, &office.li_na);
                for (TlsClient* client : {&stays, &fresh}) ++(client->get("/v1/whoami").starts_with("HTTP/1.1 200") ? answered : lost);
            }
        });
    for (int n = 0; n < 5; ++n) {
        for (const int before = answered + lost; answered + lost < before + 8;) std::this_thread::yield();
        const auto renewed = office.ca.issue({.common_name = "seald", .names = {"DNS:seald.example.org", "IP:127.0.0.1"}});
        office.show_server(renewed);
        ::kill(office.instance.pid(), SIGHUP);
        while (TlsClient(port, &office.li_na).server_fingerprint() != renewed.fingerprint) std::this_thread::yield();
    }
    over = true;
    for (auto& client : clients) client.join();
    EXPECT_EQ(lost, 0);
    EXPECT_GE(answered, 40);
}

TEST_F(TlsDaemon, ARevokedCertificateLosesItsConnectionWithTheReload) {
    office.start();
    const auto port = static_cast<std::uint16_t>(std::stoi(office.port));
    TlsClient client(port, &office.li_na);
    EXPECT_THAT(client.get("/v1/whoami"), testing::StartsWith("HTTP/1.1 200"));
    office.write("crl.pem", office.ca.crl({office.li_na}));
    ::kill(office.instance.pid(), SIGHUP);
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(TlsClient(port, &office.li_na).get("/v1/whoami"), "");
}

// curl and openssl speak to it as any program would.
Office office_with_its_key_on_the_token() {
    Office settings = office_with_tls();
    const auto key = settings.extra.find("tls/server.key");
    settings.extra.replace(key, std::string("tls/server.key").size(), "token:usb-1");
    return settings;
}

// It is not served, and the log says why. Of such lines one a second is written, so it may take another try.
bool is_refused_because(TlsOffice& office, const std::string& words) {
    for (int tries = 0; tries < 100; ++tries) {
        if (office.sealctl("li.na", {"status"}).exit_code != 4) return false;
        if (office.instance.log().find(words) != std::string::npos) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
}

// The key in the file is gone once it is on the token; a certificate for another key is of no use.
TEST(TlsDaemonWithItsKeyOnAToken, ServesOnceTheTokenIsUnlockedAndSaysWhyNotBefore) {
    TlsOffice office(office_with_its_key_on_the_token());
    const Issued server = office.ca.issue({.common_name = "seald", .names = {"IP:127.0.0.1"}});
    office.write("server.pem", server.certificate);
    std::filesystem::remove(office.instance.folder() / "tls/server.key");
    office.instance.import_key(server.key, "71");
    office.start();
    const auto locked = office.sealctl("li.na", {"status"});
    EXPECT_EQ(locked.exit_code, 4);
    EXPECT_THAT(locked.err, HasSubstr("cannot prove itself now"));
    EXPECT_TRUE(is_refused_because(office, "the server's own key: token usb-1")) << office.instance.log();

    office.instance.unlock();
    office.instance.make_seal();
    const auto status = office.sealctl("li.na", {"status"});
    ASSERT_EQ(status.exit_code, 0) << status.err << office.instance.log();
    TlsClient client(static_cast<std::uint16_t>(std::stoi(office.port)), &office.li_na);
    EXPECT_EQ(client.server_fingerprint(), server.fingerprint);

    office.write("server.pem", office.ca.issue({.common_name = "seald", .names = {"IP:127.0.0.1"}}).certificate);
    ASSERT_EQ(office.instance.sealctl("zhang.wei", {"reload"}).exit_code, 0);
    EXPECT_TRUE(is_refused_because(office, "the key of the server's certificate is not on token usb-1")) << office.instance.log();
    EXPECT_EQ(office.instance.stop(), 0);
}

// Whoever has a certificate issued for the public half of a seal's key gets no signature by it.
TEST(TlsDaemonWithItsKeyOnAToken, NeverSignsAHandshakeWithASealsKey) {
    TlsOffice office(office_with_its_key_on_the_token());
    office.start();
    office.instance.unlock();
    office.instance.make_seal();
    const auto seal = office.instance.sealctl_json("zhang.wei", {"seal", "show", "contract"});
    const auto certificate = Certificate::from_pem(std::string(seal.at("certificate").at("pem").as_string())).value();
    office.write("server.pem", office.ca.issue_for_public_key(certificate.public_key().value().to_pem(), {.common_name = "seald", .names = {"IP:127.0.0.1"}}).certificate);
    ASSERT_EQ(office.instance.sealctl("zhang.wei", {"reload"}).exit_code, 0);
    EXPECT_TRUE(is_refused_because(office, "the server's certificate is for the key of a seal")) << office.instance.log();
}

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
