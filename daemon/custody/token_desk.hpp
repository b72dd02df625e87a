// Where custodians unlock, lock and probe tokens, and where what happens to tokens goes into the ledger. The PIN passes
// through here encrypted to the token process.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <set>

#include "daemon/custody/login_book.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/tokens/tokens.hpp"

namespace seald {

struct UnlockWish {
    Bytes sealed_pin;  // empty: the configured PIN source
    std::optional<std::chrono::seconds> duration = {};
    std::optional<std::uint64_t> uses = {};
    bool final_try = false;    // spend the last try
    bool pin_changed = false;  // the token's PIN was changed since: forget which ones it refused
};

class TokenDesk {
  public:
    TokenDesk(boost::asio::any_io_executor executor, Store& store, Tokens& tokens, const Clock& clock)
        : executor_(std::move(executor)), store_(store), tokens_(tokens), clock_(clock), book_(store, clock) {}

    // Starts a configured token, with what is remembered about it.
    boost::asio::awaitable<Result<void>> start(TokenSettings settings);

    boost::asio::awaitable<Result<Token*>> unlock(Caller caller, TokenName name, UnlockWish wish);
    boost::asio::awaitable<Result<Token*>> lock(Caller caller, TokenName name);
    // Whoever may stop a seal may lock its token with it.
    boost::asio::awaitable<Result<Token*>> lock_for_stop(Caller caller, TokenName name, std::string reason);
    boost::asio::awaitable<Result<std::string>> pin_key(Caller caller, TokenName name);  // PEM
    // Measures the token and keeps what was found; `key_id` empty for a key made for it. In force from the next start.
    boost::asio::awaitable<Result<boost::json::object>> probe(Caller caller, TokenName name, std::uint64_t seconds_each,
                                                              Bytes key_id);
    boost::asio::awaitable<Result<std::optional<boost::json::object>>> profile(TokenName name);
    boost::asio::awaitable<std::optional<unsigned>> worthwhile_sessions(TokenName name);  // by the last probe

  private:
    TokenHooks hooks_for(TokenName name);
    boost::asio::awaitable<std::optional<LoginFacts>> begin_unattended_login(TokenName name);
    boost::asio::awaitable<Result<Token*>> lock_now(Caller caller, TokenName name, std::string reason);
    boost::asio::awaitable<void> record_news(TokenName name, TokenNews news);
    void observe(const TokenName& name, const TokenNews& news);

    boost::asio::any_io_executor executor_;
    Store& store_;
    Tokens& tokens_;
    const Clock& clock_;
    LoginBook book_;
    std::set<TokenName> told_;  // said once in the log that its configured PIN is not sent again
    // A custodian's unlock is under way: its outcomes are recorded with his name.
    std::map<TokenName, std::vector<TokenNews>> attended_;
};

}  // namespace seald
