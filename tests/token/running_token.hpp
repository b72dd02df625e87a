// The daemon's Token in a test's hands, over whatever token: on an io_context that runs only while the test waits for
// something, with what it tells the ledger kept, and OpenSSL as the judge of signatures.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "daemon/tokens/token.hpp"

namespace seald::test {

using namespace token_protocol;
using namespace std::chrono_literals;

inline const Bytes key_id{0x0a, 0x01};

inline SignRequest sign_request(KeyAlgorithm algorithm, SignatureScheme scheme, DigestAlgorithm digest,
                                std::string_view text, Bytes id = key_id) {
    return {std::move(id), algorithm, scheme, Digest::of(digest, as_bytes(text))};
}
inline SignRequest p256_request(std::string_view text) {
    return sign_request(KeyAlgorithm::ec_p256, SignatureScheme::ecdsa, DigestAlgorithm::sha256, text);
}

using Evp = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using EvpContext = std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)>;

inline Evp evp_key(BytesView spki) {
    const auto* at = spki.data();
    return {d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())), EVP_PKEY_free};
}

// Straight OpenSSL, none of our code.
inline bool openssl_accepts(BytesView spki, const SignRequest& request, BytesView signature) {
    const auto key = evp_key(spki);
    const EvpContext context(EVP_PKEY_CTX_new(key.get(), nullptr), EVP_PKEY_CTX_free);
    const auto name = std::string(to_string(request.digest.algorithm()));
    const auto* hash = EVP_get_digestbyname(name.c_str());
    if (!context || hash == nullptr || EVP_PKEY_verify_init(context.get()) != 1) return false;
    if (request.scheme == SignatureScheme::rsa_pkcs1) EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING);
    if (request.scheme == SignatureScheme::rsa_pss) {
        EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST);
    }
    if (EVP_PKEY_CTX_set_signature_md(context.get(), hash) != 1) return false;
    const auto digest = request.digest.bytes();
    return EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) == 1;
}

// What sealctl does with a PIN.
inline Bytes seal_pin(BytesView spki, std::string_view pin) {
    const auto key = evp_key(spki);
    const EvpContext context(EVP_PKEY_CTX_new(key.get(), nullptr), EVP_PKEY_CTX_free);
    EVP_PKEY_encrypt_init(context.get());
    EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING);
    EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256());
    EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha256());
    const auto bytes = as_bytes(pin);
    static const std::uint8_t nothing = 0;
    Bytes out(1024);
    auto size = out.size();
    const auto* data = bytes.empty() ? &nothing : bytes.data();
    if (EVP_PKEY_encrypt(context.get(), out.data(), &size, data, bytes.size()) != 1) throw std::runtime_error("OAEP");
    out.resize(size);
    return out;
}

class RunningToken : public ::testing::Test {
  protected:
    ~RunningToken() override { stop(); }

    // Selected by what the caller fills in: serial or label.
    static TokenSettings settings_through(const std::string& module_file) {
        TokenSettings settings{.name = TokenName::decode("usb-1").value(),
                               .program = SEALD_BUILD_DIR "/pkcs11/seald-token",
                               .module = module_file,
                               .serial = std::nullopt,
                               .label = std::nullopt};
        settings.sign_timeout = 20s;
        return settings;
    }
    void start(TokenSettings settings) {
        TokenHooks hooks;
        hooks.begin_unattended_login = [this]() -> boost::asio::awaitable<std::optional<LoginFacts>> {
            ++unattended_asked;
            if (unattended_allowed) co_return facts;
            co_return std::nullopt;
        };
        hooks.observe = [this](const TokenNews& each) {
            events.emplace_back(each.event, each.words);
            news.push_back(each);
        };
        token = Token::start(io.get_executor(), std::move(settings), std::move(hooks));
    }
    void stop() {  // also before what the token is on goes
        if (!token) return;
        token->stop();
        io.restart();
        io.run_for(5s);
        token.reset();
    }
    pid_t process_id() const {
        const auto words = words_of(TokenEvent::started);
        return std::stoi(words.substr(words.rfind(' ')));
    }

    template <class Condition>
    void run_until(Condition condition) {
        const auto end = std::chrono::steady_clock::now() + 60s;
        while (!condition()) {
            io.restart();
            io.run_one_for(20ms);
            if (std::chrono::steady_clock::now() > end)
                throw std::runtime_error("what the test waits for did not happen");
        }
    }
    template <class T>
    T wait(boost::asio::awaitable<T> work) {
        std::optional<T> outcome;
        collect(std::move(work), outcome);
        run_until([&] { return outcome.has_value(); });
        return std::move(*outcome);
    }
    void wait(boost::asio::awaitable<void> work) {
        bool done = false;
        boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr) { done = true; });
        run_until([&] { return done; });
    }
    template <class T>
    void collect(boost::asio::awaitable<T> work, std::optional<T>& outcome) {
        boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr, T value) { outcome = std::move(value); });
    }
    int count(TokenEvent event) const {
        return static_cast<int>(std::ranges::count(events, event, &std::pair<TokenEvent, std::string>::first));
    }
    void wait_for(TokenEvent event, int times = 1) {
        run_until([&] { return count(event) >= times; });
    }
    std::string words_of(TokenEvent event) const {
        for (auto at = events.rbegin(); at != events.rend(); ++at) {
            if (at->first == event) return at->second;
        }
        return {};
    }

    Result<TokenInfo> unlock_from_file() {
        wait_for(TokenEvent::started);
        return wait(token->unlock(order()));
    }
    // What the daemon knows about the past, and a custodian's wish.
    UnlockOrder order(Bytes sealed_pin = {}) const {
        return {.sealed_pin = std::move(sealed_pin), .terms = terms, .facts = facts, .final_try = final_try};
    }
    // As a person does: making the key for the PIN takes the token process a second or more.
    Result<TokenInfo> unlock(std::string_view pin) {
        wait_for(TokenEvent::started);
        const auto key = wait(token->pin_key());
        if (!key) return key.error();
        return wait(token->unlock(order(seal_pin(key->spki, pin))));
    }

    boost::asio::io_context io;
    std::vector<std::pair<TokenEvent, std::string>> events;
    std::vector<TokenNews> news;
    LeaseTerms terms{.by = "zhang.wei"};
    LoginFacts facts;
    bool final_try = false;
    bool unattended_allowed = true;
    int unattended_asked = 0;
    std::shared_ptr<Token> token;
};

}  // namespace seald::test
