// Destroys a cancelled seal's keys (銷毀), of every version, once two witnesses confirmed it: in each token where it is, then reads back that it is
// gone, then ends the seal. What the daemon could not do to the end (a token absent, kill -9) is done by doing it again: a key that
// is gone already is found gone.
#pragma once
#include "daemon/acts/act_writing.hpp"
#include "daemon/policy/policy_in_force.hpp"
#include "daemon/store/version_table.hpp"
#include "daemon/tokens/tokens.hpp"

namespace seald {

class KeyDestruction {
  public:
    KeyDestruction(Store& store, Tokens& tokens, const PolicyInForce& policies, const Clock& clock)
        : store_(store), tokens_(tokens), policies_(policies), clock_(clock) {}

    // not_found, conflict when a device is named that has no key of the seal
    boost::asio::awaitable<Result<boost::json::object>> plan(SealName name, std::set<TokenName> devices);
    boost::asio::awaitable<Result<void>> carry_out(Caller caller, PendingAct act);  // unavailable, naming the token that is missing

  private:
    boost::asio::awaitable<Result<void>> destroy_at(Caller caller, PendingAct act, tables::SealKey key);

    Store& store_;
    Tokens& tokens_;
    const PolicyInForce& policies_;
    const Clock& clock_;
};

}  // namespace seald
