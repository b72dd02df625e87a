// SIGHUP loads the configuration anew, as `sealctl reload` does; what came of it is in the log.
#pragma once
#include "daemon/reload/reload.hpp"

namespace seald {

boost::asio::awaitable<void> reload_on_hangup(Reload& reload);  // for ever

}  // namespace seald
