// One configured token: keeps its process running, knows its state, and is what the daemon signs with. A token that is
// absent, locked, hung or crashed is a state with words that say what to do, never a reason to stop. It never sees a
// PIN. Belongs to one thread, the one that runs its executor.
#pragma once
#include <functional>

#include "core/names.hpp"
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
    std::chrono::milliseconds watch_interval{3'000};  // how often an idle token is looked at
};

enum class TokenEvent {
    started,  // the process
    died,     // the process, not on our wish
    present,
    absent,
    unlocked,
    locked,       // on a person's wish, or the login was lost
    pin_refused,  // or: nobody knows what the token made of it
};
std::string_view to_string(TokenEvent event);

struct TokenHooks {
    // Asked right before every automatic login; true lets it happen. The attempt should be on record, durably, before
    // this returns: after a crash in the middle of it only an `unlocked` event gives the try back. None: no automatic
    // logins.
    std::function<boost::asio::awaitable<bool>()> may_try_unattended_pin;
    // Words for the ledger. Must not throw, and must not call the token.
    std::function<void(TokenEvent, const std::string& words)> observe;
};

class Token : public std::enable_shared_from_this<Token> {
  public:
    static std::shared_ptr<Token> start(boost::asio::any_io_executor executor, TokenSettings settings,
                                        TokenHooks hooks);
    void stop();  // kills the process; the token is of no use afterwards

    const TokenName& name() const { return settings_.name; }
    const token_protocol::TokenInfo& info() const { return info_; }  // as last heard
    Result<void> check_ready() const;                                // unavailable, saying what would help
    std::string_view state_word() const;                             // "ready" "locked" "absent" "failed"

    // Asks the token; logs in by itself where that is configured and allowed.
    boost::asio::awaitable<Result<token_protocol::TokenInfo>> refresh();
    // `sealed_pin`: encrypted to pin_key(); empty for the configured source. refused with rule "pin-incorrect",
    // "pin-rejected" (the token was not asked, or does not take such PINs) or "pin-locked".
    boost::asio::awaitable<Result<token_protocol::TokenInfo>> unlock(Bytes sealed_pin);
    // Kills the process whatever it answers. Once this returned, no signature that was under way comes back, and the
    // token stays locked until unlock() is called.
    boost::asio::awaitable<void> lock();
    boost::asio::awaitable<Result<token_protocol::PinKey>> pin_key();
    boost::asio::awaitable<Result<token_protocol::KeyList>> list_keys();
    boost::asio::awaitable<Result<token_protocol::GeneratedKey>> generate(KeyAlgorithm algorithm, std::string label,
                                                                          Bytes key_id);
    boost::asio::awaitable<Result<token_protocol::Signature>> sign(token_protocol::SignRequest request);

  private:
    enum class Presence { unknown, present, absent };
    enum class PinTry { spent, not_spent };

    Token(boost::asio::any_io_executor executor, TokenSettings settings, TokenHooks hooks);
    boost::asio::awaitable<void> keep_running(std::shared_ptr<Token> self);
    boost::asio::awaitable<void> watch(std::shared_ptr<Token> self, std::shared_ptr<TokenProcess> process);
    boost::asio::awaitable<void> log_in_unattended(std::shared_ptr<TokenProcess> process);
    bool wants_to_log_in() const;
    void process_ended(const std::string& how);

    // One control verb at a time: a long one (making an RSA key) must not use up the deadline of the next.
    template <class Answer>
    boost::asio::awaitable<Result<Answer>> ask(token_protocol::Request request, std::chrono::milliseconds deadline);
    template <class Answer>
    Result<Answer> expect(Result<token_protocol::Reply> reply);

    void take(const token_protocol::TokenInfo& info);
    PinTry note_pin_outcome(const Result<token_protocol::Reply>& reply);
    void observe(TokenEvent event, const std::string& words) const;
    Error not_running() const;
    std::string identity() const;
    TokenCommand command() const;

    boost::asio::any_io_executor executor_;
    const TokenSettings settings_;
    const TokenHooks hooks_;
    std::shared_ptr<TokenProcess> process_;  // null between two of them
    token_protocol::TokenInfo info_;
    Presence presence_ = Presence::unknown;
    std::string why_not_running_ = "it is being started";
    bool stopped_ = false;
    bool ending_on_purpose_ = false;  // the process, by lock() or stop()
    unsigned locks_ = 0;              // how often lock() was called: an unlock() that began before is void
    bool locked_on_purpose_ = false;  // by lock(): no automatic login until unlock()
    bool unattended_failed_ = false;  // the configured PIN had its try
    boost::asio::steady_timer restart_timer_, watch_timer_;
    Turns control_turn_, sign_turns_;
};

}  // namespace seald
