// Tells systemd that the daemon is alive: not that the process exists, but that the loop turns and the ledger's writer
// answers. Without them no request gets anywhere, so systemd starts the daemon anew.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "daemon/store/store.hpp"

namespace seald {

// For ever; at once where systemd does not watch (WatchdogSec=).
boost::asio::awaitable<void> keep_watchdog(Store& store);

}  // namespace seald
