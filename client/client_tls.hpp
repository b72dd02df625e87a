// How sealctl shows itself over TLS and whom it believes to be the daemon: TLS 1.3, the daemon's certificate checked
// against a CA and the name that was asked for, and a client certificate whose key is in a file or on a smart card.
#pragma once
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "client/card_key.hpp"

namespace seald {

struct ClientTlsFiles {
    std::string certificate;  // PEM, with its chain
    std::string key;          // PEM file or pkcs11: URI
    std::string ca;           // PEM; empty: the system's
};

class ClientTls {
  public:
    static Result<std::shared_ptr<ClientTls>> load(const ClientTlsFiles& files);
    SSL_CTX* context() const { return context_.get(); }

  private:
    struct Free {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    ClientTls();
    Result<void> trust(const std::string& ca);
    Result<void> show(const ClientTlsFiles& files);
    Result<void> use_key(const std::string& file_or_uri);

    std::unique_ptr<CardKey> card_;  // outlives the context, which uses its key
    std::unique_ptr<SSL_CTX, Free> context_;
};

}  // namespace seald
