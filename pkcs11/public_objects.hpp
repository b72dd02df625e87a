// A public key put onto a token as an object: the counterpart of read_spki in pkcs11/objects.hpp.
#pragma once
#include "core/keys.hpp"
#include "pkcs11/session.hpp"

namespace seald {

// `attributes`: what the object is for; class, type and the key itself are added.
Outcome<CK_OBJECT_HANDLE> create_public_key(const Session& session, const PublicKey& key,
                                            std::vector<CK_ATTRIBUTE> attributes);

}  // namespace seald
