// All tokens of the wrapped module pulled out and put back, where the rules say so. As with a real token, a call that
// is inside when it goes fails, and the sessions and the login from before are gone for good.
#pragma once
#include <p11-kit/pkcs11.h>

#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "tests/support/faulty_module/rules.hpp"

namespace seald::test {

class LostToken {
  public:
    explicit LostToken(CK_FUNCTION_LIST* real) : real_(real) {}

    // Where the token is by the rules as they are now: "away", or "in" and which insertion it is.
    std::string look(const Rules& rules);
    static bool is_away(const std::string& state) { return state == "away"; }
    // What a function answers whose token is away, or was it meanwhile; CKR_OK where it needs no token.
    static CK_RV answer_without_token(std::string_view function);

    // Held while inside the real module, whose sessions must not be closed under a call.
    std::shared_lock<std::shared_mutex> inside() { return std::shared_lock(inside_); }

    // C_WaitForSlotEvent for a module that has none.
    CK_RV wait_for_event(CK_FLAGS flags, CK_SLOT_ID* slot);
    void set_initialised(bool initialised);

  private:
    bool take_event();
    std::vector<CK_SLOT_ID> slots() const;
    void close_all_sessions();

    CK_FUNCTION_LIST* const real_;
    std::shared_mutex inside_;
    std::mutex mutex_;      // for the two below
    std::string state_;     // empty before the first look
    std::string reported_;  // by an event; empty before the first
    std::atomic<bool> initialised_ = false;
};

}  // namespace seald::test
