// One configured token: keeps its process running, knows its state, and is what the daemon signs with. A token that is
// absent, locked, hung or crashed is a state with words that say what to do, never a reason to stop. It never sees a
// PIN. Belongs to one thread, the one that runs its executor.
#pragma once
#include <functional>

#include "core/names.hpp"
#include "core/token_quirks.hpp"
#include "daemon/tokens/lease.hpp"
#include "daemon/tokens/login_budget.hpp"
#include "daemon/tokens/token_process.hpp"
#include "daemon/tokens/turns.hpp"

namespace seald {

struct TokenSettings {
    TokenName name;
    std::filesystem::path program;      // seald-token
    std::filesystem::path module;       // absolute
    std::optional<std::string> serial;  // exactly one of serial and label
    std::optional<std::string> label;
    unsigned sessions = 4;
    std::string pin = "none";  // "none" "file:/PATH" "credential:NAME"
    bool network = false;      // its process may open TCP sockets
    std::vector<std::filesystem::path> forbidden = {};  // what its process can never open
    std::chrono::milliseconds sign_timeout{30'000};
    std::vector<Quirk> quirks = {};
    std::optional<std::uint64_t> signature_counter = {};  // the attribute of a key that counts its uses
};

enum class TokenEvent {
    started,          // the process
    died,             // the process, not on our wish
    present,
    absent,
    replaced,         // another device than the enrolled one is there
    unlocked,
    locked,           // on a person's wish, or a lease ended
    login_lost,       // the token was pulled out, reset, or failed
    session_renewed,  // the first level of recovery: what was under way went on in a new session
    login_paused,     // too many logins by the daemon itself in a short time
    pin_refused,      // or: nobody knows what the token made of it
    pin_not_sent,     // a login was begun, and ended before the token saw the PIN
};
std::string_view to_string(TokenEvent event);

struct TokenNews {
    TokenEvent event = TokenEvent::started;
    std::string words;     // for the ledger
    Bytes pin_print = {};  // of the PIN that the token said is wrong
};

// What a login needs to know about the past.
struct LoginFacts {
    token_protocol::ExpectedToken expected = {};
    Bytes pin_salt = {};
    std::vector<Bytes> refused_pins = {};  // prints
};

struct TokenHooks {
    // Asked right before every automatic login; facts let it happen. The attempt should be on record, durably, before
    // this returns: after a crash in the middle of it only `unlocked` or `pin_not_sent` gives the try back. None: no
    // automatic logins.
    std::function<boost::asio::awaitable<std::optional<LoginFacts>>()> begin_unattended_login;
    // Must not throw, and must not call the token.
    std::function<void(const TokenNews&)> observe;
};

struct UnlockOrder {
    Bytes sealed_pin;  // encrypted to pin_key(); empty for the configured source
    LeaseTerms terms;
    LoginFacts facts = {};
    bool final_try = false;  // a person insists on the last try
};

class Token : public std::enable_shared_from_this<Token> {
  public:
    static std::shared_ptr<Token> start(boost::asio::any_io_executor executor, TokenSettings settings,
                                        TokenHooks hooks);
    void stop();  // kills the process; the token is of no use afterwards

    const TokenName& name() const { return settings_.name; }
    const TokenSettings& settings() const { return settings_; }
    const token_protocol::TokenInfo& info() const { return info_; }  // as last heard
    const std::optional<Lease>& lease() const { return lease_; }     // while it is unlocked
    // unavailable, saying what would help, when it cannot make so many signatures now
    Result<void> check_ready(std::uint64_t signatures = 1) const;
    std::string_view state_word() const;  // "ready" "locked" "absent" "starting" "failed"

    // The device that the register knows under this name: any other is as good as absent.
    void expect(token_protocol::ExpectedToken expected) { expected_ = std::move(expected); }

    // Asks the token; logs in by itself where that is configured and allowed.
    boost::asio::awaitable<Result<token_protocol::TokenInfo>> refresh();
    // refused with rule "pin-incorrect", "pin-rejected" (the token was not asked, or does not take such PINs),
    // "pin-locked" or "wrong-token"; conflict "token-unlocked" when it is, on other terms.
    boost::asio::awaitable<Result<token_protocol::TokenInfo>> unlock(UnlockOrder order);
    // Kills the process whatever it answers. Once this returned, no signature that was under way comes back, and the
    // token stays locked until unlock() is called.
    boost::asio::awaitable<void> lock(std::string why = "on request");
    boost::asio::awaitable<Result<token_protocol::PinKey>> pin_key();
    boost::asio::awaitable<Result<token_protocol::KeyList>> list_keys();
    boost::asio::awaitable<Result<token_protocol::GeneratedKey>> generate(token_protocol::GenerateRequest request);
    boost::asio::awaitable<Result<token_protocol::Signature>> sign(token_protocol::SignRequest request);
    // Moving a key: see core/token_protocol.hpp.
    boost::asio::awaitable<Result<token_protocol::WrappingKey>> make_wrapping_key();
    boost::asio::awaitable<Result<token_protocol::WrappedKey>> wrap(token_protocol::WrapRequest request);
    boost::asio::awaitable<Result<token_protocol::GeneratedKey>> unwrap(token_protocol::UnwrapRequest request);
    // What the device counts of a key's uses. conflict where the token is not configured to count.
    boost::asio::awaitable<Result<std::uint64_t>> count_signatures(Bytes key_id);
    bool counts_signatures() const { return settings_.signature_counter.has_value(); }
    boost::asio::awaitable<Result<token_protocol::KeyGone>> destroy(token_protocol::DestroyRequest request);
    boost::asio::awaitable<Result<token_protocol::TokenProfile>> probe(token_protocol::ProbeRequest request);

  private:
    enum class Presence { unknown, present, absent };
    enum class PinTry { spent, not_spent };

    Token(boost::asio::any_io_executor executor, TokenSettings settings, TokenHooks hooks);
    boost::asio::awaitable<void> keep_running(std::shared_ptr<Token> self);
    boost::asio::awaitable<void> watch(std::shared_ptr<Token> self, std::shared_ptr<TokenProcess> process);
    boost::asio::awaitable<void> log_in_unattended(std::shared_ptr<TokenProcess> process);
    bool wants_to_log_in() const;
    void process_ended(const std::string& how);
    boost::asio::awaitable<Result<token_protocol::Signature>> sign_now(token_protocol::SignRequest request);
    boost::asio::awaitable<void> look_after_failure(unsigned absences);
    boost::asio::awaitable<void> wait_for_process();

    template <class Answer>
    boost::asio::awaitable<Result<Answer>> ask(Turns& turns, token_protocol::Request request,
                                               std::chrono::milliseconds deadline);
    // One that may keep the whole token busy, like making a key.
    template <class Answer>
    boost::asio::awaitable<Result<Answer>> ask_long(token_protocol::Request request, std::chrono::milliseconds deadline);
    template <class Answer>
    Result<Answer> expect_reply(Result<token_protocol::Reply> reply);

    void take(token_protocol::TokenInfo info);
    bool is_another_device(const token_protocol::TokenInfo& info) const;
    PinTry note_pin_outcome(const Result<token_protocol::Reply>& reply, const LeaseTerms& terms);
    void begin_lease(LeaseTerms terms);
    boost::asio::awaitable<void> end_lease_in_time(std::shared_ptr<Token> self, std::uint64_t number,
                                                   std::chrono::milliseconds duration);
    void lock_if_used_up();
    void observe(TokenEvent event, std::string words, Bytes pin_print = {}) const;
    Error not_running() const;
    Error pin_was_changed(const token_protocol::FailureReply& failure);
    Error lease_is_short(std::uint64_t signatures) const;
    std::string identity() const;
    TokenCommand command() const;

    boost::asio::any_io_executor executor_;
    const TokenSettings settings_;
    const TokenHooks hooks_;
    token_protocol::ExpectedToken expected_;
    std::shared_ptr<TokenProcess> process_;  // null between two of them
    token_protocol::TokenInfo info_;
    Presence presence_ = Presence::unknown;
    bool was_absent_ = false;  // when it was last seen, also by an earlier process
    unsigned absences_ = 0;    // how often it went away
    std::string why_not_running_;  // empty: it never was
    bool stopped_ = false;
    bool ending_on_purpose_ = false;  // the process, by lock() or stop()
    unsigned locks_ = 0;              // how often lock() was called: an unlock() that began before is void
    bool locked_on_purpose_ = false;  // by lock(): no automatic login until unlock()
    bool unattended_failed_ = false;  // the configured PIN had its try
    bool login_paused_ = false;       // said once
    LoginBudget login_budget_;
    std::optional<Lease> lease_;
    std::uint64_t lease_number_ = 0;
    unsigned in_flight_ = 0;  // signatures that the process has been asked for
    unsigned long_verbs_ = 0;
    boost::asio::steady_timer restart_timer_, lease_timer_;
    Turns control_turn_, key_turn_;  // one at a time of what changes the login, and of what changes keys
};

}  // namespace seald
