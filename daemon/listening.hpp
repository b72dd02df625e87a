// Where the daemon listens, and what it shows over TLS: opened as the configuration says, or taken over from systemd.
#pragma once
#include <memory>
#include <vector>

#include "config/configuration.hpp"
#include "daemon/server/listener.hpp"
#include "daemon/server/tls_context.hpp"

namespace seald {

Result<std::vector<Listener>> find_listeners(const Configuration& configuration);

// `held_key`: for a key on a token, which it asks.
TlsFiles files_of(const TlsConfiguration& tls, std::shared_ptr<HeldKey> held_key);
Result<std::unique_ptr<TlsContext>> load_tls(const Configuration& configuration);  // null where none is configured

}  // namespace seald
