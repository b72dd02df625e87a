// Puts a seal's key on a second token, so that the seal can be used when the first is lost or broken: moved there encrypted
// from token to token, or found there already. Either way the key proves itself by a signature before it is enrolled.
#pragma once
#include "daemon/seals/seal_register.hpp"
#include "daemon/tokens/tokens.hpp"

namespace seald {

struct StandbyWish {
    TokenName token;
    Bytes key_id;  // of the key that is on it already; empty: move the seal's key there
};

class StandbyKeys {
  public:
    StandbyKeys(Store& store, Tokens& tokens, SealRegister& seals, const Clock& clock)
        : store_(store), tokens_(tokens), seals_(seals), clock_(clock) {}

    boost::asio::awaitable<Result<Seal>> add(Caller caller, SealName name, StandbyWish wish);

  private:
    Result<void> check(const Seal& seal, const StandbyWish& wish);
    boost::asio::awaitable<Result<KeyPlace>> place_key(Seal seal, StandbyWish wish);
    boost::asio::awaitable<Result<void>> enrol(Seal seal, KeyPlace place, boost::json::object fields);

    Store& store_;
    Tokens& tokens_;
    SealRegister& seals_;
    const Clock& clock_;
};

}  // namespace seald
