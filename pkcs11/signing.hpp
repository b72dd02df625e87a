// One signature: borrow a session, find the key, C_SignInit, C_Sign. Never tried twice here: a retry is the daemon's to
// decide and to record.
#pragma once
#include "pkcs11/session_pool.hpp"

namespace seald {

Outcome<token_protocol::Signature> sign(SessionPool& pool, const token_protocol::SignRequest& request);

}  // namespace seald
