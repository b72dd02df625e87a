// The key that a person's PIN is encrypted to on its way here (RSAES-OAEP, SHA-256, RFC 8017 section 7.1), so that the
// daemon in between never sees it. Made in this process, never written anywhere, gone with the process.
#pragma once
#include "core/keys.hpp"
#include "core/secret.hpp"
#include "pkcs11/ckr.hpp"

namespace seald {

class PinKeyPair {
  public:
    Outcome<Bytes> public_key();                          // SubjectPublicKeyInfo; the pair is made at the first call
    Outcome<Secret> decrypt(BytesView sealed_pin) const;  // pin_rejected when it was not encrypted to this key

  private:
    EvpKey key_;
};

}  // namespace seald
