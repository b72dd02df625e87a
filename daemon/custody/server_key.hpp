// The TLS server's key on a token: finds it there by its public half and has it sign handshakes. A seal's key is refused, whatever
// certificate was issued for it: what it signs is for the walk alone to decide.
#pragma once
#include <optional>

#include "core/keys.hpp"
#include "daemon/store/store.hpp"
#include "daemon/tokens/tokens.hpp"

namespace seald {

class ServerKey {
  public:
    ServerKey(Store& store, Tokens& tokens, TokenName token) : store_(store), tokens_(tokens), token_(std::move(token)) {}

    // ECDSA, as DER. unavailable: the token cannot sign now, and what would help · not_found: no such key on it · conflict "seal-key"
    boost::asio::awaitable<Result<Bytes>> sign(PublicKey key, Digest digest);

  private:
    boost::asio::awaitable<Result<Bytes>> find_key(Token& token, PublicKey key);

    Store& store_;
    Tokens& tokens_;
    const TokenName token_;
    struct Found {
        PublicKey key;
        Bytes id;  // CKA_ID
    };
    std::optional<Found> found_;  // until a signature fails
};

}  // namespace seald
