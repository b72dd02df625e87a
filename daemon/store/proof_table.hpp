// Which proofs of use were used: recorded in the transaction of the intent, for ever, so that none counts twice.
#pragma once
#include <string>

#include "core/names.hpp"
#include "core/time.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

// conflict "proof-used" when this caller's proof with this id (jti) was used before.
Result<void> spend_proof(Database& database, const PersonId& caller, const std::string& jti, Timestamp used_at);

}  // namespace seald::tables
