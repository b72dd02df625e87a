// `ledger purge`: old entries are removed for good, after they were exported and the export was verified.
#pragma once
#include "client/invocation.hpp"

namespace seald {

void add_ledger_purge(CLI::App& group, Invocation& invocation);

}  // namespace seald
