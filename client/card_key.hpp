// A person's own key on a smart card or USB key, through libp11: one context per process, one login, no retry. It signs
// approvals and TLS handshakes; seals are never used this way. Refuses a URI that fits more than one token or key, and never spends a
// token's last PIN try on a PIN that nobody typed.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "client/pkcs11_uri.hpp"
#include "core/keys.hpp"

namespace seald {

class CardKey {
  public:
    // `module` wins over the URI's module-path. Logs in with the URI's pin-source, or asks at the terminal.
    static Result<CardKey> open(const Pkcs11Uri& uri, const std::string& module);
    CardKey(CardKey&&) noexcept;
    CardKey& operator=(CardKey&&) noexcept;
    ~CardKey();

    const PublicKey& public_key() const;
    // The signature in JWS form: ES256, ES384 (r||s) or RS256 over `signing_input`.
    Result<Bytes> sign(std::string_view signing_input) const;
    EVP_PKEY* handle() const;  // for OpenSSL to sign with, as long as this lives

  private:
    struct Token;
    explicit CardKey(std::unique_ptr<Token> token);
    std::unique_ptr<Token> token_;
};

}  // namespace seald
