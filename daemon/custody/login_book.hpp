// What is on record about logins before and after they happen. An attempt is durable before the PIN goes to the token and
// stays open until the token took the PIN or certainly never saw it: so an unattended PIN that failed once is not sent
// again, not even after a restart (promise I6).
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include "core/time.hpp"
#include "daemon/store/store.hpp"
#include "daemon/tokens/token.hpp"

namespace seald {

struct LoginAttempt {
    LoginFacts facts;
    bool was_open = false;  // an earlier one had not ended
};

class LoginBook {
  public:
    enum class By { daemon, custodian };  // a custodian may go on after a failed attempt; the daemon by itself may not
    struct Order {
        TokenName token;
        By by;
        boost::json::object fields;  // of the entry: who
        bool pin_changed = false;    // forget what was refused
    };

    LoginBook(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

    // conflict "unlock-attempt-open" or "token-locked" when the daemon may not; nothing is on record then.
    boost::asio::awaitable<Result<LoginAttempt>> begin(Order order);
    // An entry of `kind`, and with it what it means: see Consequence.
    struct Consequence {
        enum class Attempt { unchanged, ended, open } attempt = Attempt::unchanged;
        std::optional<bool> locked = {};         // does the token stay locked until a custodian unlocks it?
        std::vector<Bytes> refused_pins = {};    // prints to remember
    };
    boost::asio::awaitable<Result<void>> record(std::string kind, TokenName token, boost::json::object fields,
                                                Consequence consequence);
    boost::asio::awaitable<Result<token_protocol::ExpectedToken>> expected(TokenName token);

  private:
    Store& store_;
    const Clock& clock_;
};

}  // namespace seald
