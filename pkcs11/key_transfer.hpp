// Moving a key to a second token, encrypted all the way: the receiving token makes an RSA pair for this one transfer; the
// giving token makes an AES key, encrypts the seal's key with it (RFC 5649) and the AES key with the RSA key (RFC 8017
// section 7.1). No key is ever in this process's memory in the clear. Works only for keys made for it (CKA_EXTRACTABLE).
#pragma once
#include <mutex>
#include <optional>

#include "pkcs11/keys.hpp"

namespace seald {

// The giving side. unsupported when key or token do not allow it.
Outcome<token_protocol::WrappedKey> wrap_key(const Session& session, const token_protocol::WrapRequest& request);

// The receiving side: the wrapping key lives from make_wrapping_key() to unwrap(), in a session of its own.
class KeyTransfer {
  public:
    Outcome<token_protocol::WrappingKey> make_wrapping_key(Module& module, CK_SLOT_ID slot);
    // Stores the key as one that cannot be moved again, and has it prove itself: it signs, and `spki` must verify it.
    Outcome<token_protocol::GeneratedKey> unwrap(const Session& session, const token_protocol::UnwrapRequest& request);

  private:
    struct WrappingPair {
        Session session;
        CK_OBJECT_HANDLE private_key = 0;
    };
    std::mutex mutex_;
    std::optional<WrappingPair> pair_;
};

}  // namespace seald
