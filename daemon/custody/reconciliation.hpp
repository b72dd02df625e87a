// Where a device counts its signatures, its count is held against the ledger: whoever uses a seal's key beside the daemon (with the
// PIN and the device, from another machine) shows. A difference is an alarm; every finding is an entry `signature-count`, from
// which the next one counts on.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <set>

#include "daemon/custody/signature_count.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/store/store.hpp"
#include "daemon/tokens/tokens.hpp"
#include "daemon/tokens/turns.hpp"

namespace seald {

class Reconciliation {
  public:
    Reconciliation(boost::asio::any_io_executor executor, Store& store, Tokens& tokens, const Clock& clock)
        : store_(store), tokens_(tokens), clock_(clock), turns_(std::move(executor)) {}

    // Every key on the tokens that count and are unlocked. Differences are recorded at once, agreement once an hour while the
    // key is used, and once a day otherwise.
    boost::asio::awaitable<Result<void>> keep();
    // The keys on one token, now, on record. conflict "signature-counter": it is not said to count.
    boost::asio::awaitable<Result<std::vector<StoredSignatureCount>>> reconcile(Caller caller, TokenName token);
    // How often counts differed since the daemon's start.
    std::uint64_t differences(const TokenName& token) const;

  private:
    struct Running {  // a tally that goes on
        std::uint64_t since = 0;  // index of the entry it counts from
        std::uint64_t counted_to = 0;
        UseTally tally;
    };
    using AskedBy = std::optional<boost::json::object>;  // whose asking is recorded in any case; none: the daemon, by itself

    boost::asio::awaitable<Result<std::vector<StoredSignatureCount>>> look_at(TokenName token, AskedBy by);
    boost::asio::awaitable<Result<StoredSignatureCount>> look_at_key(Token& token, CountedKey key, std::string serial, AskedBy by);
    boost::asio::awaitable<Result<UseTally>> tally_up_to(StoredSignatureCount earlier, ReadBetween now);
    boost::asio::awaitable<Result<StoredSignatureCount>> write(SignatureCount count, AskedBy by);

    Store& store_;
    Tokens& tokens_;
    const Clock& clock_;
    Turns turns_;
    std::map<std::pair<TokenName, Bytes>, Running> running_;  // by token and key id
    std::map<TokenName, std::uint64_t> differences_;
    std::set<TokenName> silent_;  // said in the log that they do not count
};

}  // namespace seald
