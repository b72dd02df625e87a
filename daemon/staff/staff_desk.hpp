// Training records, which a seal's policy may demand of its users, and feedback on the process. Both are ledger entries.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <vector>

#include "daemon/model/training.hpp"
#include "daemon/policy/policy_in_force.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/store/entry_search.hpp"
#include "daemon/store/store.hpp"

namespace seald {

class StaffDesk {
  public:
    StaffDesk(Store& store, const PolicyInForce& policies, const Clock& clock) : store_(store), policies_(policies), clock_(clock) {}

    // By a custodian or administrator, of somebody else who is enrolled.
    boost::asio::awaitable<Result<TrainingRecord>> record_training(Caller caller, TrainingRecord record);
    // Of everybody for those who record them and for auditors, of himself for everybody else.
    boost::asio::awaitable<Result<std::vector<TrainingRecord>>> list_training(Caller caller);

    boost::asio::awaitable<Result<std::uint64_t>> give_feedback(Caller caller, std::string text);  // its ledger index
    boost::asio::awaitable<Result<std::vector<StoredEntry>>> list_feedback(Caller caller);         // likewise

  private:
    Store& store_;
    const PolicyInForce& policies_;
    const Clock& clock_;
};

}  // namespace seald
