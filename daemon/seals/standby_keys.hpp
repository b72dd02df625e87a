// Puts a seal's key on a second token, so that the seal can be used when the first is lost or broken: moved there encrypted
// from token to token, or found there already. Either way the key proves itself by a signature before it is enrolled.
#pragma once
#include "daemon/seals/seal_register.hpp"
#include "daemon/tokens/tokens.hpp"

namespace seald {

struct StandbyWish {
    TokenName token;
    Bytes key_id;  // of the key that is on it already; empty: move the seal's key there
    std::string reason = {};
};

class StandbyKeys {
  public:
    StandbyKeys(Store& store, Tokens& tokens, SealRegister& seals, const Clock& clock)
        : store_(store), tokens_(tokens), seals_(seals), clock_(clock) {}

    // Could it be done as things are? A copy of a key waits for a second person before it is made.
    boost::asio::awaitable<Result<void>> check(SealName name, StandbyWish wish);
    // What enough people confirmed. `hands` of its entries; `also` is written with the enrolment. Doing it again completes it.
    using Also = std::function<Result<void>(Transaction&)>;
    boost::asio::awaitable<Result<void>> add(Caller caller, SealName name, StandbyWish wish, boost::json::object hands, Also also);

  private:
    Result<void> check_wish(const Seal& seal, const StandbyWish& wish);
    boost::asio::awaitable<Result<KeyPlace>> place_key(Seal seal, StandbyWish wish);
    boost::asio::awaitable<Result<void>> enrol(Seal seal, KeyPlace place, boost::json::object fields, Also also);

    Store& store_;
    Tokens& tokens_;
    SealRegister& seals_;
    const Clock& clock_;
};

}  // namespace seald
