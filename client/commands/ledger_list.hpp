// `ledger list`: the use ledger (用印台賬), searched; as a table, JSON or CSV.
#pragma once
#include "client/invocation.hpp"

namespace seald {

void add_ledger_list(CLI::App& group, Invocation& invocation);

}  // namespace seald
