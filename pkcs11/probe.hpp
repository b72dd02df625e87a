// Finds out what a token can do by trying: how many sessions, which mechanisms, how fast it signs with one and with
// several threads, how long it takes to sign again after a session was lost.
#pragma once
#include "core/secret.hpp"
#include "pkcs11/session.hpp"

namespace seald {

// `session` can write. Signs random digests with the key asked for, or with one that is made for this in the session and
// goes with it. `pin` is for a key that wants it each time.
Outcome<token_protocol::TokenProfile> probe_token(Module& module, const Session& session, CK_SLOT_ID slot,
                                                  const token_protocol::ProbeRequest& request, const Secret* pin);

}  // namespace seald
