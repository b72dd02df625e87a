// Who is let in over TLS, what is spoken, and what loading the files anew changes.
#include <fstream>

#include "client/client_tls.hpp"
#include "daemon/server/tls_context.hpp"
#include "running_server.hpp"
#include "tests/support/softhsm.hpp"
#include "tls_client.hpp"

namespace seald {
namespace {

using test::Issued;

class TlsTest : public RunningServer {
  protected:
    ~TlsTest() override { finish(); }
    void write(const std::string& name, const std::string& text) {
        std::ofstream(folder_.file(name), std::ios::trunc) << text;
        std::filesystem::permissions(folder_.file(name), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }
    void show(const Issued& server) {
        write("server.pem", server.certificate);
        write("server.key", server.key);
    }
    void serve_tls(ServerLimits limits = {}) {
        show(server_identity_);
        write("ca.pem", ca_.certificate());
        if (!std::filesystem::exists(folder_.file("crl"))) write("crl", ca_.crl({}));
        tls_.emplace(TlsContext::load(files_).value());
        std::vector<Listener> listeners;
        listeners.push_back(Listener::open(path()).value());
        listeners.push_back(Listener::open_tcp("127.0.0.1:0").value());
        port_ = listeners.back().port();
        start_with(std::move(listeners), limits, &*tls_);
    }
    Result<void> reload() {
        return boost::asio::co_spawn(context_, reload_inside(), boost::asio::use_future).get();
    }
    boost::asio::awaitable<Result<void>> reload_inside() {
        auto loaded = TlsContext::look_at(files_);
        if (!loaded) co_return loaded.error();
        tls_->put_in_force(std::move(*loaded));
        server_->part_from_unwelcome();
        co_return Result<void>();
    }
    void expect_refused(const Issued& identity) {
        EXPECT_EQ(TlsClient(port_, &identity).get("/"), "");
        EXPECT_EQ(handler_.handled, 0);
    }

    const TlsFiles files_{folder_.file("server.pem"), folder_.file("server.key"), folder_.file("ca.pem"), folder_.file("crl")};
    test::TestCa ca_{"Test CA"};
    Issued server_identity_ = ca_.issue({.common_name = "seald", .names = {"DNS:seald.example.org"}});
    Issued erp_ = ca_.issue({.common_name = "erp", .names = {"DNS:erp.example.org"}});
    std::optional<TlsContext> tls_;
    std::uint16_t port_ = 0;
};

TEST_F(TlsTest, ACertificateOfTheClientCaIsToldToTheHandlerAsFacts) {
    serve_tls();
    const std::string answer = TlsClient(port_, &erp_).get("/hello");
    EXPECT_EQ(status_of(answer), 200) << answer;
    EXPECT_EQ(body_of(answer), "GET /hello ");
    ASSERT_TRUE(handler_.last_peer.certificate);
    EXPECT_EQ(handler_.last_peer.certificate->fingerprint.hex(), erp_.fingerprint);
    ASSERT_EQ(handler_.last_peer.certificate->names.size(), 1U);
    EXPECT_EQ(handler_.last_peer.certificate->names[0].str(), "DNS:erp.example.org");
    EXPECT_EQ(handler_.last_peer.certificate->subject, "CN=erp");
    EXPECT_EQ(handler_.last_peer.uid, static_cast<uid_t>(-1));
    EXPECT_TRUE(handler_.last_peer.address.starts_with("127.0.0.1:")) << handler_.last_peer.address;
}

TEST_F(TlsTest, WithoutACertificateThereIsNoAnswer) {
    serve_tls();
    EXPECT_EQ(TlsClient(port_, nullptr).get("/"), "");
    EXPECT_EQ(handler_.handled, 0);
}

TEST_F(TlsTest, AnExpiredOrFutureOrForeignOrRevokedCertificateIsRefused) {
    const Issued revoked = ca_.issue({.common_name = "was good"});
    write("crl", ca_.crl({revoked}));
    serve_tls();
    expect_refused(ca_.issue({.common_name = "old", .starts_in = -7200, .ends_in = -3600}));
    expect_refused(ca_.issue({.common_name = "early", .starts_in = 3600}));
    expect_refused(test::TestCa("Test CA").issue({.common_name = "of another CA with the same name"}));
    expect_refused(revoked);
    EXPECT_EQ(status_of(TlsClient(port_, &erp_).get("/")), 200);
}

TEST_F(TlsTest, AListOfRevocationsThatIsOutOfDateLetsNobodyIn) {
    write("crl", ca_.crl({}, -60));
    serve_tls();
    expect_refused(erp_);
}

TEST_F(TlsTest, NothingOlderThanTls13IsSpokenAndPlainTextNeither) {
    serve_tls();
    EXPECT_FALSE(TlsClient(port_, &erp_, TLS1_2_VERSION).shaken());
    EXPECT_TRUE(TlsClient(port_, &erp_, TLS1_3_VERSION).shaken());
    EXPECT_EQ(handler_.handled, 0);
}

TEST_F(TlsTest, ANewCertificateIsShownToNewConnectionsAndOldOnesStay) {
    serve_tls();
    TlsClient before(port_, &erp_);
    EXPECT_EQ(status_of(before.get("/")), 200);
    const Issued renewed = ca_.issue({.common_name = "seald", .names = {"DNS:seald.example.org"}});
    show(renewed);
    ASSERT_TRUE(reload());
    EXPECT_EQ(TlsClient(port_, &erp_).server_fingerprint(), renewed.fingerprint);
    EXPECT_EQ(status_of(before.get("/")), 200);
    EXPECT_EQ(before.server_fingerprint(), server_identity_.fingerprint);
}

TEST_F(TlsTest, FilesThatCannotBeUsedChangeNothing) {
    serve_tls();
    write("server.key", erp_.key);
    const auto loaded = reload();
    ASSERT_FALSE(loaded);
    EXPECT_NE(loaded.error().message.find("server.key"), std::string::npos) << loaded.error().message;
    EXPECT_EQ(TlsClient(port_, &erp_).server_fingerprint(), server_identity_.fingerprint);
}

TEST_F(TlsTest, WhoeverIsRevokedLosesTheConnectionThatStandsAndOthersKeepTheirs) {
    serve_tls();
    const Issued other = ca_.issue({.common_name = "other"});
    TlsClient revoked(port_, &erp_), stays(port_, &other);
    EXPECT_EQ(status_of(revoked.get("/")), 200);
    EXPECT_EQ(status_of(stays.get("/")), 200);
    write("crl", ca_.crl({erp_}));
    ASSERT_TRUE(reload());
    EXPECT_EQ(revoked.get("/"), "");
    EXPECT_EQ(status_of(stays.get("/")), 200);
}

TEST_F(TlsTest, AKeyThatOthersMayReadIsRefused) {
    serve_tls();
    std::filesystem::permissions(folder_.file("server.key"), std::filesystem::perms::others_read, std::filesystem::perm_options::add);
    const auto loaded = reload();
    ASSERT_FALSE(loaded);
    EXPECT_NE(loaded.error().message.find("chmod 0600"), std::string::npos) << loaded.error().message;
}

TEST_F(TlsTest, AClientThatDoesNotShakeHandsIsDroppedAtTheDeadline) {
    ServerLimits limits;
    limits.handshake = std::chrono::milliseconds(50);
    serve_tls(limits);
    TlsClient mute(port_, nullptr, TLS1_3_VERSION, TlsClient::Manner::mute);
    EXPECT_TRUE(mute.closed());
}

TEST_F(TlsTest, ThoseWhoDoNotShakeHandsMakeRoomForThoseWhoDo) {
    ServerLimits limits;
    limits.handshakes = 2;
    limits.handshake = std::chrono::minutes(5);
    serve_tls(limits);
    constexpr auto mute = TlsClient::Manner::mute;
    TlsClient first(port_, nullptr, TLS1_3_VERSION, mute), second(port_, nullptr, TLS1_3_VERSION, mute);
    EXPECT_EQ(status_of(TlsClient(port_, &erp_).get("/")), 200);
    EXPECT_TRUE(first.closed());
}

// As sealctl does it with --tls-key pkcs11:…; the handshake is signed on the card.
TEST_F(TlsTest, AClientsKeyMayBeOnACard) {
    serve_tls();
    test::SoftHsm cards;
    cards.add_token("li.na");
    test::SoftHsm::run("pkcs11-tool --module " + test::SoftHsm::module() +
                       " --token-label li.na --login --pin 1234 --keypairgen --key-type EC:prime256v1 --id 01 --label tls --usage-sign");
    write("pin", "1234");
    const std::string uri = "pkcs11:token=li.na;object=tls?module-path=" + test::SoftHsm::module() + "&pin-source=" + folder_.file("pin");
    const std::string key = CardKey::open(Pkcs11Uri::decode(uri).value(), "").value().public_key().to_pem();
    const Issued identity = ca_.issue_for_public_key(key, {.common_name = "li.na", .names = {"email:li.na@example.org"}});
    write("li.na.pem", identity.certificate);
    const auto tls = ClientTls::load({folder_.file("li.na.pem"), uri, folder_.file("ca.pem")});
    ASSERT_TRUE(tls) << tls.error().message;
    EXPECT_EQ(status_of(TlsClient(port_, *(*tls)->context()).get("/")), 200);
    EXPECT_EQ(handler_.last_peer.certificate.value().fingerprint.hex(), identity.fingerprint);
    write("li.na.pem", erp_.certificate);
    EXPECT_FALSE(ClientTls::load({folder_.file("li.na.pem"), uri, ""})) << "another's certificate does not fit the card's key";
}

TEST_F(TlsTest, OneCertificateCannotTakeAllConnections) {
    ServerLimits limits;
    limits.connections_per_user = 1;
    serve_tls(limits);
    TlsClient first(port_, &erp_);
    EXPECT_EQ(status_of(first.get("/")), 200);
    EXPECT_EQ(status_of(TlsClient(port_, &erp_).get("/")), 429);
    const Issued other = ca_.issue({.common_name = "other"});
    EXPECT_EQ(status_of(TlsClient(port_, &other).get("/")), 200);
}

}  // namespace
}  // namespace seald
