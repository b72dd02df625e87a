// What time does to applications without anybody asking: those whose approvals are over end, with a ledger entry, and those
// that wait too long are reminded of.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "daemon/policy/policy_in_force.hpp"
#include "daemon/store/store.hpp"

namespace seald {

class Deadlines {
  public:
    Deadlines(Store& store, const PolicyInForce& policies, const Clock& clock) : store_(store), policies_(policies), clock_(clock) {}
    boost::asio::awaitable<Result<void>> keep();  // once; to be called again and again

  private:
    Store& store_;
    const PolicyInForce& policies_;
    const Clock& clock_;
};

}  // namespace seald
