// The register (印章台賬): finding seals, and the acts that move one through its life. Each act and its ledger entry are one
// transaction. A stop raises the seal's epoch, so that no signature begun before it is released (promise I7).
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/model/seal.hpp"
#include "daemon/store/store.hpp"

namespace seald {

struct StateThen {
    SealState state;
    std::uint64_t ledger_index;  // of the entry that put it into this state
    Seal seal;                   // with the key and certificate that were in use then, otherwise as it is now
};

struct SealActRequest {
    SealAct act;
    std::string reason;             // mandatory but for filing
    std::optional<Filing> filing;   // for filing only
    boost::json::object more = {};  // of its entry: by whom it was asked for and confirmed
};

// The seal as the act would leave it, or what stands against it.
Result<Seal> foresee_seal_act(Database& database, const SealName& name, const SealActRequest& request, Timestamp now);

// Writes the act and its entry; who may is asked before. What somebody asked for while the seal was what it is no longer is over.
Result<Seal> write_seal_act(Transaction& transaction, const Caller& caller, const SealName& name, const SealActRequest& request, Timestamp now);

// Does it wait for a second person (雙人控制)?
Result<bool> takes_two(Database& database, const SealName& name, SealAct act);

class SealRegister {
  public:
    SealRegister(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

    boost::asio::awaitable<Result<std::vector<Seal>>> list();
    boost::asio::awaitable<Result<Seal>> find(SealName name);                          // not_found
    boost::asio::awaitable<Result<StateThen>> state_at(SealName name, Timestamp when); // not_found: no such seal then
    boost::asio::awaitable<Result<bool>> needs_second_person(SealName name, SealAct act);
    boost::asio::awaitable<Result<Seal>> act(Caller caller, SealName name, SealActRequest request);  // one that needs no second person

  private:
    Store& store_;
    const Clock& clock_;
};

}  // namespace seald
