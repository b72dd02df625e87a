// One Cryptoki session. It closes itself and nothing more: login and logout belong to the token, not to a session.
#pragma once
#include "pkcs11/module.hpp"

namespace seald {

enum class SessionKind { read_only, read_write };

class Session {
  public:
    static Outcome<Session> open(Module& module, CK_SLOT_ID slot, SessionKind kind);
    Session(Session&& other) noexcept;
    Session& operator=(Session&& other) noexcept;
    ~Session() { close(); }

    const CK_FUNCTION_LIST& api() const { return module_->api(); }
    CK_SESSION_HANDLE handle() const { return handle_; }
    Outcome<void> check_logged_in() const;  // does the module say that the user is logged in? If not, with its CKR

  private:
    Session(Module& module, CK_SESSION_HANDLE handle)
        : module_(&module), handle_(handle), generation_(module.generation()) {}
    void close() noexcept;

    Module* module_;  // null after a move
    CK_SESSION_HANDLE handle_;
    unsigned generation_;
};

}  // namespace seald
