// Seal keys on the token: finding one by its CKA_ID, listing them, making a new pair that can never be read out.
#pragma once
#include "pkcs11/objects.hpp"

namespace seald {

struct FoundKey {
    CK_OBJECT_HANDLE object = 0;
    bool always_authenticate = false;  // wants the PIN for each signature
};
// key_not_found when there is none, token_failed when two private keys share the id.
Outcome<FoundKey> find_private_key(const Session& session, BytesView key_id);

// What the device counts of the key's uses, in a vendor's attribute (a CK_ULONG). unsupported when it has none.
Outcome<token_protocol::SignatureCount> read_signature_count(const Session& session, const token_protocol::CountRequest& request);

Outcome<token_protocol::KeyList> list_keys(const Session& session);

// Is there a private key that wants the PIN for each signature?
Outcome<bool> any_key_wants_its_pin(const Session& session);

// Needs a read-write session. Refuses an id that is taken. The attributes are read back from the token; a key that
// could be read out is destroyed again. A wrappable one can leave the token encrypted to another token's key.
Outcome<token_protocol::GeneratedKey> generate_key(const Session& session,
                                                   const token_protocol::GenerateRequest& request);

// A pair for trying things out: it is in this session's memory on the token, and goes with the session.
Outcome<void> generate_temporary_key(const Session& session, KeyAlgorithm algorithm, const Bytes& key_id);

// What the two above and a key that comes from another token have in common.
struct KeyPair {
    CK_OBJECT_HANDLE public_key = 0;   // 0: there is none
    CK_OBJECT_HANDLE private_key = 0;
};
Outcome<void> check_id_is_free(const Session& session, BytesView key_id);
// The attributes as the token tells them. unsupported when the key could be read out.
Outcome<token_protocol::GeneratedKey> read_back(const Session& session, const KeyPair& pair, bool wrappable);
void destroy_pair(const Session& session, const KeyPair& pair, TokenError& reason);  // adds to the words if that fails

}  // namespace seald
