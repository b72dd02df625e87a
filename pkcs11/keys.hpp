// Seal keys on the token: finding one by its CKA_ID, listing them, making a new pair that can never be read out.
#pragma once
#include "pkcs11/objects.hpp"

namespace seald {

// key_not_found when there is none, token_failed when two private keys share the id.
Outcome<CK_OBJECT_HANDLE> find_private_key(const Session& session, BytesView key_id);

Outcome<token_protocol::KeyList> list_keys(const Session& session);

// Needs a read-write session. Refuses an id that is taken. The attributes are read back from the token; a key that
// could be read out is destroyed again.
Outcome<token_protocol::GeneratedKey> generate_key(const Session& session,
                                                   const token_protocol::GenerateRequest& request);

}  // namespace seald
