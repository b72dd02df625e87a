// Where custodians unlock and lock tokens, and where what happens to tokens goes into the ledger. An attempt to log in is on
// record before the PIN goes to the token, and stays open until the token took it: so an unattended PIN that failed once is
// not sent again, not even after a restart (promise I6). The PIN passes through here encrypted to the token process.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "core/time.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/store/store.hpp"
#include "daemon/tokens/tokens.hpp"

namespace seald {

class TokenDesk {
  public:
    TokenDesk(boost::asio::any_io_executor executor, Store& store, Tokens& tokens, const Clock& clock)
        : executor_(std::move(executor)), store_(store), tokens_(tokens), clock_(clock) {}

    TokenHooks hooks_for(TokenName name);  // for a token that is about to be started

    boost::asio::awaitable<Result<Token*>> unlock(Caller caller, TokenName name, Bytes sealed_pin);  // empty: the configured PIN source
    boost::asio::awaitable<Result<Token*>> lock(Caller caller, TokenName name);
    boost::asio::awaitable<Result<std::string>> pin_key(Caller caller, TokenName name);  // PEM

  private:
    enum class By { daemon, custodian };  // a custodian may go on after a failed attempt; the daemon by itself may not
    boost::asio::awaitable<Result<void>> begin_attempt(TokenName name, boost::json::object fields, By by);
    boost::asio::awaitable<Result<void>> record(std::string kind, TokenName name, boost::json::object fields, bool attempt_ended);
    boost::asio::awaitable<bool> may_try_unattended_pin(TokenName name);
    boost::asio::awaitable<void> record_event(TokenName name, TokenEvent event, std::string words);
    void observe(const TokenName& name, TokenEvent event, const std::string& words);

    boost::asio::any_io_executor executor_;
    Store& store_;
    Tokens& tokens_;
    const Clock& clock_;
    std::set<TokenName> told_;      // said once in the log that its configured PIN is not sent again
    std::set<TokenName> attended_;  // a custodian's unlock is under way: its outcome is recorded with his name
};

}  // namespace seald
