// Destroys one key in the token and looks afterwards whether it is gone.
#pragma once
#include "pkcs11/objects.hpp"

namespace seald {

// Needs a read-write session. Its private and its public object, both by CKA_ID, and no other's: bad_request when the public key
// with that id is another than `spki`. A key that is not there is gone already.
Outcome<token_protocol::KeyGone> destroy_key(const Session& session, const token_protocol::DestroyRequest& request);

}  // namespace seald
