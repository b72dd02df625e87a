// Tells those concerned when a seal was suspended, lost, cancelled or destroyed, and those who could confirm an act that it waits
// for them. Read out of the ledger after the fact, so that no stop can fail because of a notice, and none is forgotten by a crash:
// up to which entry people were told is written in the transaction that puts the notices into the outbox.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "core/time.hpp"
#include "daemon/policy/policy_in_force.hpp"
#include "daemon/store/store.hpp"

namespace seald {

class SealNotices {
  public:
    SealNotices(Store& store, const PolicyInForce& policies, const Clock& clock) : store_(store), policies_(policies), clock_(clock) {}

    boost::asio::awaitable<Result<void>> tell_due();  // to be called again and again

  private:
    Store& store_;
    const PolicyInForce& policies_;
    const Clock& clock_;
};

}  // namespace seald
