// Everything that is done with the keys of a token that is unlocked. Any number of threads may call it; each call works
// on a session on loan, so that locking waits for it.
#pragma once
#include "pkcs11/key_transfer.hpp"
#include "pkcs11/session_pool.hpp"

namespace seald {

class KeyDesk {
  public:
    KeyDesk(Module& module, SessionPool& pool) : module_(module), pool_(pool) {}

    // FailureReply token_locked when the token is not unlocked; bad_request for what is not about keys.
    token_protocol::Reply answer(const token_protocol::Request& request);

  private:
    Outcome<token_protocol::KeyList> list();
    Outcome<token_protocol::GeneratedKey> generate(const token_protocol::GenerateRequest& request);
    Outcome<token_protocol::WrappingKey> make_wrapping_key();
    Outcome<token_protocol::WrappedKey> wrap(const token_protocol::WrapRequest& request);
    Outcome<token_protocol::GeneratedKey> unwrap(const token_protocol::UnwrapRequest& request);
    Outcome<token_protocol::KeyGone> destroy(const token_protocol::DestroyRequest& request);
    Outcome<token_protocol::SignatureCount> count(const token_protocol::CountRequest& request);
    Outcome<token_protocol::TokenProfile> probe(const token_protocol::ProbeRequest& request);

    // A session that can write, instead of one on loan.
    template <class Work>
    auto with_writing_session(Work work) -> decltype(work(std::declval<const Session&>(), CK_SLOT_ID{}));

    Module& module_;
    SessionPool& pool_;
    KeyTransfer transfer_;
};

}  // namespace seald
