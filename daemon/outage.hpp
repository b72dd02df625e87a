// After a write to the ledger failed: tries every few seconds whether writing is possible again, so that readiness says so without
// anybody asking for a seal, and the ledger says for how long it was not.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "core/time.hpp"
#include "daemon/store/store.hpp"

namespace seald {

boost::asio::awaitable<void> end_outages(Store& store, const Clock& clock);  // does not return

}  // namespace seald
