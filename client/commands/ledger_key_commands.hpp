// `ledger key` and `ledger rotate-key`.
#pragma once
#include "client/invocation.hpp"

namespace seald {

void add_ledger_key_commands(CLI::App& group, Invocation& invocation);

}  // namespace seald
