// Is this device the one that seals were enrolled on? Compared before a PIN is shown to it, as far as it shows anything
// without one; and proven afterwards, by a signature that only the enrolled key can make.
#pragma once
#include "core/secret.hpp"
#include "pkcs11/session.hpp"

namespace seald {

// Serial number, manufacturer and model. wrong_token in words that name both devices.
Outcome<void> check_device(const CK_TOKEN_INFO& info, const token_protocol::ExpectedToken& expected);
// The public key and certificate beside the enrolled key, where the token shows them before login. wrong_token when one
// is another's; a token that shows none passes.
Outcome<void> check_shown_key(const Session& session, const token_protocol::ExpectedToken& expected);
// After login: the enrolled key signs a random challenge. What is signed begins with words of its own, so that it can be
// no part of a document. `pin` is for a key that wants it each time. wrong_token when the signature is not the enrolled key's, or there is no such key.
Outcome<void> challenge(const Session& session, const Secret* pin, const token_protocol::ExpectedToken& expected);

}  // namespace seald
