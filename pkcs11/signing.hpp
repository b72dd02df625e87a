// One signature: borrow a session, find the key, C_SignInit, C_Sign. C_Sign is never called twice for one request: a
// retry is the daemon's to decide and to record. Only a session that turns out stale before C_Sign is replaced here.
#pragma once
#include "core/secret.hpp"
#include "pkcs11/session_pool.hpp"

namespace seald {

Outcome<token_protocol::Signature> sign(SessionPool& pool, const token_protocol::SignRequest& request);

// On a session of one's own. `pin` is for a key that wants it each time; null when there is none.
Outcome<Bytes> sign_once(const Session& session, const token_protocol::SignRequest& request, const Secret* pin);

}  // namespace seald
