// What is remembered about tokens across restarts: which device seals were enrolled on under a name, whether a PIN was on
// its way to it, and which PINs it refused (promise I6: a wrong PIN is never sent twice, so an attempt of unknown end is
// not repeated by itself).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/names.hpp"
#include "core/time.hpp"
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
// A PIN went to the token that it does not take any more: whether an attempt had begun or not, it is one of unknown end.
Result<void> leave_unlock_attempt_open(Database& database, const TokenName& token);
Result<bool> is_unlock_attempt_open(Database& database, const TokenName& token);

// A token that a person or the end of a lease locked gets no PIN from the daemon itself, not after a restart either.
Result<void> set_token_locked(Database& database, const TokenName& token, bool locked);
Result<bool> is_token_locked(Database& database, const TokenName& token);

struct RefusedPins {
    Bytes salt;                 // of the prints; made at the first call and kept
    std::vector<Bytes> prints;  // the newest 16
};
Result<RefusedPins> refused_pins(Database& database, const TokenName& token);
Result<void> remember_refused_pin(Database& database, const TokenName& token, const Bytes& print, Timestamp now);
Result<void> forget_refused_pins(Database& database, const TokenName& token);  // somebody changed the token's PIN

// A key of a seal on this token, of one in force if there is one: what the token must be able to sign with. None of a
// seal whose life is over: its key may be gone.
struct EnrolledKey {
    Bytes key_id, spki;
};
Result<std::optional<EnrolledKey>> find_enrolled_key(Database& database, const TokenName& token);

Result<void> keep_profile(Database& database, const TokenName& token, const std::string& json);
Result<std::optional<std::string>> find_profile(Database& database, const TokenName& token);

}  // namespace seald::tables
