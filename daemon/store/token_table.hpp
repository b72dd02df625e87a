// What is remembered about tokens across restarts: which device was first seen under a name, and whether a PIN was on
// its way to it (promise I6: a wrong PIN is never sent twice, so an attempt of unknown end is not repeated by itself).
#pragma once
#include <optional>
#include <string>

#include "core/names.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

struct TokenIdentity {
    std::string serial, model, manufacturer;
    friend bool operator==(const TokenIdentity&, const TokenIdentity&) = default;
};

// Remembers the first identity seen. conflict "token-changed" when another one is remembered under this name.
Result<void> remember_token(Database& database, const TokenName& token, const TokenIdentity& identity);
Result<std::optional<TokenIdentity>> find_token(Database& database, const TokenName& token);

// Durable before the PIN is sent. conflict "unlock-attempt-open" when an earlier attempt has not ended.
Result<void> begin_unlock_attempt(Database& database, const TokenName& token);
// After the token's answer was seen, or when a custodian says to go on. Fine when none is open.
Result<void> end_unlock_attempt(Database& database, const TokenName& token);
Result<bool> is_unlock_attempt_open(Database& database, const TokenName& token);

}  // namespace seald::tables
