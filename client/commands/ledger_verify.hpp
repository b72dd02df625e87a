// `ledger verify`: the daemon's ledger, read over the API, checked with a key that the daemon does not choose.
#pragma once
#include "client/invocation.hpp"

namespace seald {

struct LedgerVerifyOptions {
    std::string since, ledger_key;
};
Result<Report> verify_daemons_ledger(const Invocation& invocation, const LedgerVerifyOptions& options);

}  // namespace seald
