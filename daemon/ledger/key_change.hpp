// The ledger gets a new key, and the old one is destroyed: an administrator's act, while the daemon goes on. The entry that
// says so stands under a checkpoint that both keys signed.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <filesystem>

#include "daemon/model/caller.hpp"
#include "daemon/store/store.hpp"

namespace seald {

struct ChangedLedgerKey {
    LedgerKeyChange change;
    std::string not_destroyed;  // why the old key's file is still there; the next start tries again
};

class LedgerKeyDesk {
  public:
    LedgerKeyDesk(Store& store, std::filesystem::path state_dir, const Clock& clock) : store_(store), state_dir_(std::move(state_dir)), clock_(clock) {}
    boost::asio::awaitable<Result<ChangedLedgerKey>> change(Caller caller, std::string reason);
    std::shared_ptr<const LedgerKeys> keys() const { return store_.ledger_keys(); }

  private:
    boost::asio::awaitable<Result<void>> settle();  // the files, unless another change did it meanwhile
    Store& store_;
    std::filesystem::path state_dir_;
    const Clock& clock_;
};

}  // namespace seald
