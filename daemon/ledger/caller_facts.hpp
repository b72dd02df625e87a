// What the book says about a caller: training, and how often the seal was used lately. Only what the seal's policy asks about
// is read.
#pragma once
#include "daemon/policy/permit.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald {

Result<CallerFacts> read_caller_facts(Database& database, const Seal& seal, const PersonId& caller, const Policy& policy, Timestamp now);

}  // namespace seald
