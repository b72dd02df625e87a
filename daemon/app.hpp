// The daemon, put together: the only place where its parts are made and connected.
#pragma once
#include "config/configuration.hpp"

namespace seald {

// Makes the state once: folder, ledger key, database, first entry. conflict where there is one already.
Result<void> make_state(const Configuration& configuration);

// Runs until SIGTERM or SIGINT. An error is a start-up failure that says what to do.
Result<void> run_daemon(const Configuration& configuration);

}  // namespace seald
