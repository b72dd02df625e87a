// The sessions of one login. An anchor session stays open as long as the login lasts, because closing the last session
// logs the token out; signing sessions are lent out one at a time and opened when first needed. Ending the login waits
// until all that are lent out are back.
#pragma once
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/secret.hpp"
#include "pkcs11/keys.hpp"

namespace seald {

class SessionPool;

struct SigningSession {
    Session session;
    std::map<Bytes, FoundKey> keys;  // found so far

    Outcome<FoundKey> key(const Bytes& key_id);
};

// A signing session on loan; it goes back by itself.
class SessionLoan {
  public:
    SessionLoan(SessionPool& pool, SigningSession session) : pool_(&pool), session_(std::move(session)) {}
    SessionLoan(SessionLoan&& other) noexcept;
    SessionLoan& operator=(SessionLoan&&) = delete;
    ~SessionLoan();
    SigningSession& operator*() { return *session_; }
    CK_SLOT_ID slot() const;  // does not change while anything is on loan
    void give_up_session() { session_.reset(); }  // the loan stands: for who needs a session of another kind
    // After any failure a session may be left in the middle of an operation: it is closed instead of lent again. When
    // the failure says that the token is gone, the login ends too.
    void discard_after(const TokenError& error);

  private:
    SessionPool* pool_;  // null after a move
    std::optional<SigningSession> session_;
};

class SessionPool {
  public:
    SessionPool(Module& module, unsigned limit) : module_(module), configured_limit_(limit) {}

    // Begins a login: `anchor` is logged in. `token_limit` is what the token allows in all, 0 for no limit. `pin` is kept
    // as long as the login lasts, for keys that want it each time; empty where there are none.
    void begin(CK_SLOT_ID slot, Session anchor, CK_ULONG token_limit, Secret pin);
    // token_locked when there is no login; waits for a session when all are lent out.
    Outcome<SessionLoan> borrow();
    // The PIN for one operation of a key that wants it each time. One at a time: whoever comes after a refusal sends nothing.
    Outcome<void> authenticate(const Session& session);
    std::shared_ptr<const Secret> pin();  // for a probe, which tries it once before it goes on; null when none is kept
    // A PIN that was kept and that the token refused later: somebody changed it.
    std::shared_ptr<const Secret> take_refused_pin();
    bool logged_in();                // as far as we know
    Outcome<void> check_login();     // ask the module
    std::string trouble();           // why the last login ended, if not on our wish
    void lose(const TokenError& why);  // nothing more is lent out; end() follows
    // Waits for the sessions on loan, closes all, logs out. The result is C_Logout's.
    Outcome<void> end();

  private:
    friend class SessionLoan;
    void give_back(std::optional<SigningSession> session);
    bool ends_login(const TokenError& error);
    bool fails_again_and_again(const TokenError& error);

    Module& module_;
    const unsigned configured_limit_;
    std::mutex authenticating_, mutex_;  // taken in this order
    std::condition_variable changed_;
    bool open_ = false;
    CK_SLOT_ID slot_ = 0;
    unsigned limit_ = 0;   // of signing sessions
    unsigned opened_ = 0;  // signing sessions that exist: idle, on loan, or being opened
    std::optional<Session> anchor_;
    std::vector<SigningSession> idle_;
    std::shared_ptr<const Secret> pin_, refused_pin_;
    unsigned failures_in_a_row_ = 0;
    std::string trouble_;
};

}  // namespace seald
