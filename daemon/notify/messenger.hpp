// Delivers what is in the outbox, at least once: a notice is done when its command said so, and until then it is tried again,
// ever more slowly, across restarts.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "daemon/documents/disk_thread.hpp"
#include "daemon/policy/policy_in_force.hpp"
#include "daemon/store/store.hpp"

namespace seald {

class Messenger {
  public:
    Messenger(Store& store, const PolicyInForce& policies, const Clock& clock) : store_(store), policies_(policies), clock_(clock) {}
    boost::asio::awaitable<Result<void>> deliver_due();  // once; to be called again and again

  private:
    Store& store_;
    const PolicyInForce& policies_;
    const Clock& clock_;
    DiskThread thread_;  // where the command is waited for
};

}  // namespace seald
