// Says well ahead that a seal's certificate ends, to its custodian, his deputy and the administrators: at the configured times
// before, once each for a certificate, across restarts.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "daemon/policy/policy_in_force.hpp"
#include "daemon/store/store.hpp"

namespace seald {

class CertificateNotices {
  public:
    CertificateNotices(Store& store, const PolicyInForce& policies, const Clock& clock) : store_(store), policies_(policies), clock_(clock) {}
    boost::asio::awaitable<Result<void>> keep();  // once; to be called again and again

  private:
    Store& store_;
    const PolicyInForce& policies_;
    const Clock& clock_;
};

}  // namespace seald
