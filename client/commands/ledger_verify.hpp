// `ledger verify`: the daemon's ledger, read over the API, or an export or database without any daemon; checked with a key
// that the daemon does not choose.
#pragma once
#include "client/invocation.hpp"
#include "client/witness_choice.hpp"

namespace seald {

struct LedgerVerifyOptions {
    std::string since, ledger_key;
    std::string place;  // an exported folder, a database, or a state folder; empty: the daemon's
    bool skip_signatures = false;  // of people, inside entries
    WitnessChoice witnesses;
};
Result<Report> verify_ledger_at(const LedgerVerifyOptions& options);
Result<Report> verify_daemons_ledger(const Invocation& invocation, const LedgerVerifyOptions& options);

}  // namespace seald
