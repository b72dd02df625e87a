// A blocking TLS client made of OpenSSL alone, so that tests can speak what the library under test would not.
#pragma once
#include <arpa/inet.h>
#include <signal.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include "tests/support/test_ca.hpp"

namespace seald {

class TlsClient {
  public:
    // Connects, and shakes hands unless told to be `mute`. `as`: null, no certificate.
    enum class Manner { polite, mute };
    TlsClient(std::uint16_t port, const test::Issued* as, int newest = TLS1_3_VERSION, Manner manner = Manner::polite)
        : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
        SSL_CTX_set_max_proto_version(context_.get(), newest);
        if (as != nullptr) use(*as);
        connect(port, manner);
    }
    // With whatever certificate and key `settings` has; it is shared, not taken over.
    TlsClient(std::uint16_t port, SSL_CTX& settings)
        : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), context_(&settings, SSL_CTX_free) {
        SSL_CTX_up_ref(&settings);
        connect(port, Manner::polite);
    }
    ~TlsClient() { ::close(descriptor_); }
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    bool connected() const { return connected_; }
    bool shaken() const { return shaken_; }  // in TLS 1.3 the server may still say no to the certificate
    std::string server_fingerprint() const {
        X509* shown = SSL_get0_peer_certificate(ssl_.get());
        return shown == nullptr ? "" : Digest::of(DigestAlgorithm::sha256, der_of(i2d_X509, shown)).hex();
    }

    // One answer, empty when there is none. Its length is that of its first piece, which is enough for small ones.
    std::string get(const std::string& target) {
        const std::string request = "GET " + target + " HTTP/1.1\r\nHost: seald\r\n\r\n";
        if (SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size())) <= 0) return {};
        std::string answer = receive();
        if (answer.ends_with("\r\n\r\n")) answer += receive();  // the body is a write of its own
        return answer;
    }
    // Did the server close a connection on which nothing is to come?
    bool closed() {
        char byte = 0;
        return ::recv(descriptor_, &byte, 1, 0) == 0 || errno == ECONNRESET;
    }

  private:
    void connect(std::uint16_t port, Manner manner) {
        ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a socket that the server may have closed
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{20, 0};  // a test that would hang fails instead
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        connected_ = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_fd(ssl_.get(), descriptor_);
        if (manner == Manner::polite) shaken_ = SSL_connect(ssl_.get()) == 1;
    }
    void use(const test::Issued& identity) {
        const Bio certificate = reading_bio(identity.certificate), key = reading_bio(identity.key);
        const std::unique_ptr<X509, X509Free> x509(PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr));
        const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> evp(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr),
                                                                      EVP_PKEY_free);
        SSL_CTX_use_certificate(context_.get(), x509.get());
        SSL_CTX_use_PrivateKey(context_.get(), evp.get());
    }
    std::string receive() {
        std::array<char, 65536> bytes{};
        const int size = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
        return size > 0 ? std::string(bytes.data(), static_cast<std::size_t>(size)) : std::string();
    }

    int descriptor_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, SSL_free};
    bool connected_ = false, shaken_ = false;
};

}  // namespace seald
