// TLS with a server's key that somebody else holds: here a thread of the test, which may take its time.
#include "daemon/server/held_key.hpp"

#include <fstream>

#include "daemon/server/tls_context.hpp"
#include "running_server.hpp"
#include "tls_client.hpp"

namespace seald {
namespace {

using test::Issued;

class HeldKeyTest : public RunningServer {
  protected:
    ~HeldKeyTest() override {
        held_key_->give_up();
        finish();
    }
    void serve(ServerLimits limits = {}) {
        write("server.pem", server_.certificate);
        write("ca.pem", ca_.certificate());
        tls_.emplace(TlsContext::load({folder_.file("server.pem"), "", folder_.file("ca.pem"), std::nullopt, held_key_}).value());
        std::vector<Listener> listeners;
        listeners.push_back(Listener::open(path()).value());
        listeners.push_back(Listener::open_tcp("127.0.0.1:0").value());
        port_ = listeners.back().port();
        start_with(std::move(listeners), limits, &*tls_);
    }
    void write(const std::string& name, const std::string& text) { std::ofstream(folder_.file(name)) << text; }
    HeldKey::Ask signing() {
        return [this](PublicKey key, Digest digest, HeldKey::Answer answer) {
            EXPECT_EQ(key, key_.public_key());
            answer(sign_with(key_, digest));
        };
    }
    static Result<Bytes> sign_with(const PrivateKey& key, const Digest& digest);

    test::TestCa ca_{"Test CA"};
    Issued erp_ = ca_.issue({.common_name = "erp"});
    PrivateKey key_ = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
    Issued server_ = ca_.issue_for_public_key(key_.public_key().to_pem(), {.common_name = "seald", .names = {"DNS:seald.example.org"}});
    std::shared_ptr<HeldKey> held_key_ = std::make_shared<HeldKey>();
    std::optional<TlsContext> tls_;
    std::uint16_t port_ = 0;
};

Result<Bytes> HeldKeyTest::sign_with(const PrivateKey& key, const Digest& digest) {
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new(key.evp(), nullptr), EVP_PKEY_CTX_free);
    Bytes signature(256);
    std::size_t size = signature.size();
    if (EVP_PKEY_sign_init(context.get()) != 1 ||
        EVP_PKEY_sign(context.get(), signature.data(), &size, digest.bytes().data(), digest.bytes().size()) != 1)
        return internal_error("EVP_PKEY_sign");
    signature.resize(size);
    return signature;
}

TEST_F(HeldKeyTest, ItsHolderSignsTheHandshake) {
    serve();
    held_key_->answer_with(signing());
    TlsClient client(port_, &erp_);
    EXPECT_EQ(client.server_fingerprint(), server_.fingerprint);
    EXPECT_EQ(body_of(client.get("/hello")), "GET /hello ");
    EXPECT_EQ(held_key_->why_not(), "");
}

TEST_F(HeldKeyTest, WithoutAnAnswerNobodyIsLetInAndTheReasonIsKept) {
    serve();
    EXPECT_FALSE(TlsClient(port_, &erp_).shaken()) << "nobody answers yet";
    held_key_->answer_with([](PublicKey, Digest, HeldKey::Answer answer) { answer(unavailable("insert token usb-2", true)); });
    EXPECT_FALSE(TlsClient(port_, &erp_).shaken());
    EXPECT_EQ(held_key_->why_not(), "insert token usb-2");
    held_key_->answer_with(signing());
    EXPECT_TRUE(TlsClient(port_, &erp_).shaken());
}

TEST_F(HeldKeyTest, ASignatureByAnotherKeyIsOfNoUse) {
    serve();
    const auto other = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
    held_key_->answer_with([&other](PublicKey, Digest digest, HeldKey::Answer answer) { answer(sign_with(other, digest)); });
    EXPECT_FALSE(TlsClient(port_, &erp_).shaken());
}

// The holder has the question and does not answer: whoever comes over the other socket is served.
TEST_F(HeldKeyTest, AHolderThatTakesItsTimeKeepsOnlyHandshakesWaiting) {
    serve();
    std::promise<HeldKey::Answer> asked;
    held_key_->answer_with([&](PublicKey, Digest digest, HeldKey::Answer answer) {
        asked.set_value([this, digest, answer](Result<Bytes>) { answer(sign_with(key_, digest)); });
    });
    auto shaken = std::async(std::launch::async, [this] { return TlsClient(port_, &erp_).shaken(); });
    const auto answer = asked.get_future().get();
    EXPECT_EQ(status_of(ask("GET / HTTP/1.1\r\nHost: seald\r\nConnection: close\r\n\r\n")), 200);
    EXPECT_EQ(shaken.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
    answer(Bytes());
    EXPECT_TRUE(shaken.get());
}

TEST_F(HeldKeyTest, AClientThatSaysNothingIsLeftAtTheTimeLimit) {
    serve({.handshake = std::chrono::milliseconds(200)});
    held_key_->answer_with(signing());
    EXPECT_TRUE(TlsClient(port_, &erp_, TLS1_3_VERSION, TlsClient::Manner::mute).closed());
    EXPECT_TRUE(TlsClient(port_, &erp_).shaken());
}

// Those that wait for the holder cannot be closed before they have its answer: no more than twice the limit are there at once.
TEST_F(HeldKeyTest, StrangersDoNotPileUpWhileTheHolderIsSilent) {
    serve({.handshakes = 2, .handshake = std::chrono::minutes(1)});
    std::vector<HeldKey::Answer> kept;
    std::mutex mutex;
    held_key_->answer_with([&](PublicKey, Digest, HeldKey::Answer answer) {
        const std::lock_guard lock(mutex);
        kept.push_back(std::move(answer));
    });
    std::vector<std::future<bool>> waiting;
    const auto waits = [this] { return TlsClient(port_, nullptr).shaken(); };
    for (std::size_t n = 1; n <= 4; ++n) {
        waiting.push_back(std::async(std::launch::async, waits));
        for (std::size_t there = 0; there < n; std::this_thread::yield()) {
            const std::lock_guard lock(mutex);
            there = kept.size();
        }
    }
    const auto before = std::chrono::steady_clock::now();
    EXPECT_TRUE(TlsClient(port_, &erp_, TLS1_3_VERSION, TlsClient::Manner::mute).closed());
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5)) << "not when the others gave up";
    EXPECT_EQ(status_of(ask("GET / HTTP/1.1\r\nHost: seald\r\nConnection: close\r\n\r\n")), 200);
    held_key_->give_up();
}

TEST_F(HeldKeyTest, StoppingDoesNotWaitForAHolderThatIsSilent) {
    serve();
    std::promise<void> asked;
    std::vector<HeldKey::Answer> kept;
    held_key_->answer_with([&](PublicKey, Digest, HeldKey::Answer answer) {
        kept.push_back(std::move(answer));
        asked.set_value();
    });
    auto shaken = std::async(std::launch::async, [this] { return TlsClient(port_, &erp_).shaken(); });
    asked.get_future().wait();
    held_key_->give_up();
    stop().get();
    EXPECT_FALSE(shaken.get());
}

TEST(HeldKey, TakesNoKeyThatTls13WouldWantPssFor) {
    const auto rsa = PrivateKey::generate(KeyAlgorithm::rsa_2048).value();
    const auto half = HeldKey::private_half(rsa.public_key(), nullptr);
    ASSERT_FALSE(half);
    EXPECT_EQ(half.error().message, "a server's key on a token is ec-p256 or ec-p384, not rsa-2048");
}

}  // namespace
}  // namespace seald
