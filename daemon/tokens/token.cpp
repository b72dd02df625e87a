#include "daemon/tokens/token.hpp"

#include <boost/asio/use_awaitable.hpp>

#include "daemon/tokens/token_error.hpp"

namespace seald {

namespace asio = boost::asio;
using namespace token_protocol;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds control_deadline = 30s;
constexpr std::chrono::milliseconds generate_deadline = 180s;  // RSA-4096 on a card
constexpr std::chrono::milliseconds lock_deadline = 2s;
// So many signatures per session are with the process at once: enough to keep its threads busy, few enough that the
// deadline of each is about its own work and not about a queue.
constexpr unsigned signatures_per_session = 4;

}  // namespace

std::string_view to_string(TokenEvent event) {
    switch (event) {
        case TokenEvent::started:
            return "started";
        case TokenEvent::died:
            return "died";
        case TokenEvent::present:
            return "present";
        case TokenEvent::absent:
            return "absent";
        case TokenEvent::unlocked:
            return "unlocked";
        case TokenEvent::locked:
            return "locked";
        case TokenEvent::pin_refused:
            return "pin-refused";
    }
    return "unknown";
}

Token::Token(asio::any_io_executor executor, TokenSettings settings, TokenHooks hooks)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      hooks_(std::move(hooks)),
      restart_timer_(executor_),
      watch_timer_(executor_),
      control_turn_(executor_, 1),
      sign_turns_(executor_, settings_.sessions * signatures_per_session) {}

asio::awaitable<Result<TokenInfo>> Token::unlock(Bytes sealed_pin) {
    const auto self = shared_from_this();
    if (sealed_pin.size() > max_sealed_pin_bytes) co_return unacceptable("the encrypted PIN is too long");
    const auto locks_before = locks_;
    const auto turn = co_await control_turn_.take(control_deadline);
    const auto process = process_;
    if (!turn || locks_ != locks_before)
        co_return conflict("token-locked", "token " + name().str() + " was locked meanwhile");
    if (!process || process->killed()) co_return not_running();
    UnlockRequest request;
    request.sealed_pin = std::move(sealed_pin);
    auto reply = co_await process->request(std::move(request), control_deadline);
    note_pin_outcome(reply);
    auto info = expect<TokenInfo>(std::move(reply));
    if (info) locked_on_purpose_ = unattended_failed_ = false;
    co_return info;
}

asio::awaitable<void> Token::lock() {
    const auto self = shared_from_this();
    locked_on_purpose_ = true;
    ++locks_;
    const auto process = process_;
    if (!process) co_return;
    LockRequest request;
    // Not in turn: whatever else is going on ends here. What it answers does not matter, the process goes in any case.
    co_await process->request(request, lock_deadline);
    ending_on_purpose_ = true;
    process->kill("was stopped by token lock");
    if (info_.logged_in) observe(TokenEvent::locked, "token " + name().str() + " was locked");
    info_.logged_in = false;
}

asio::awaitable<Result<PinKey>> Token::pin_key() {
    const auto self = shared_from_this();
    PinKeyRequest request;
    co_return co_await ask<PinKey>(request, control_deadline);
}

asio::awaitable<Result<KeyList>> Token::list_keys() {
    const auto self = shared_from_this();
    ListKeysRequest request;
    co_return co_await ask<KeyList>(request, control_deadline);
}

asio::awaitable<Result<GeneratedKey>> Token::generate(KeyAlgorithm algorithm, std::string label, Bytes key_id) {
    const auto self = shared_from_this();
    if (label.size() > max_label_bytes || key_id.empty() || key_id.size() > max_key_id_bytes) {
        co_return unacceptable("a key on a token has a label of at most 255 bytes and an id of 1 to 255 bytes");
    }
    GenerateRequest request;
    request.algorithm = algorithm;
    request.label = std::move(label);
    request.key_id = std::move(key_id);
    co_return co_await ask<GeneratedKey>(std::move(request), generate_deadline);
}

asio::awaitable<Result<Signature>> Token::sign(SignRequest request) {
    const auto self = shared_from_this();
    if (request.key_id.size() > max_key_id_bytes) co_return unacceptable("a key's id has at most 255 bytes");
    const auto turn = co_await sign_turns_.take(settings_.sign_timeout);
    if (!turn) co_return unavailable("token " + name().str() + " is busy", true);
    const auto process = process_;
    if (!process || process->killed()) co_return not_running();
    if (auto ready = check_ready(); !ready && presence_ != Presence::unknown) co_return ready.error();
    auto reply = co_await process->request(std::move(request), settings_.sign_timeout);
    auto signature = expect<Signature>(std::move(reply));
    if (!signature && signature.error().code == ErrorCode::unavailable) watch_timer_.cancel();  // look at it at once
    co_return signature;
}

template <class Answer>
asio::awaitable<Result<Answer>> Token::ask(Request request, std::chrono::milliseconds deadline) {
    const auto turn = co_await control_turn_.take(deadline);
    if (!turn) co_return unavailable("token " + name().str() + " is busy", true);
    const auto process = process_;
    if (!process || process->killed()) co_return not_running();
    auto reply = co_await process->request(std::move(request), deadline);
    auto answer = expect<Answer>(std::move(reply));
    if constexpr (std::is_same_v<Answer, TokenInfo>) {
        if (!answer) co_return answer;
        take(*answer);
        if (wants_to_log_in()) co_await log_in_unattended(process);
        co_return info_;
    } else {
        co_return answer;
    }
}

asio::awaitable<Result<TokenInfo>> Token::refresh() {
    const auto self = shared_from_this();
    HelloRequest request;
    co_return co_await ask<TokenInfo>(request, control_deadline);
}

bool Token::wants_to_log_in() const {
    return settings_.pin != "none" && info_.present && !info_.logged_in && !locked_on_purpose_ && !unattended_failed_ &&
           hooks_.may_try_unattended_pin;
}

asio::awaitable<void> Token::log_in_unattended(std::shared_ptr<TokenProcess> process) {
    const bool allowed = co_await hooks_.may_try_unattended_pin();
    // The token may have gone while the attempt was being recorded.
    if (!allowed || !wants_to_log_in() || process->killed()) co_return;
    UnlockRequest from_source;
    const auto reply = co_await process->request(from_source, control_deadline);
    unattended_failed_ = note_pin_outcome(reply) == PinTry::spent;
}

// Whatever is not clearly "the token never saw it" or "it was right" counts as a try.
Token::PinTry Token::note_pin_outcome(const Result<Reply>& reply) {
    if (!reply) {
        observe(TokenEvent::pin_refused, "nobody knows what token " + name().str() +
                                             " made of the PIN: its process went away: " + reply.error().message);
        return PinTry::spent;
    }
    if (const auto* info = std::get_if<TokenInfo>(&*reply)) {
        const bool was_locked = !info_.logged_in;
        take(*info);
        if (was_locked) observe(TokenEvent::unlocked, "token " + name().str() + " is unlocked");
        return PinTry::not_spent;
    }
    const auto* failure = std::get_if<FailureReply>(&*reply);
    if (failure != nullptr && failure->failure == Failure::token_absent) {
        presence_ = Presence::unknown;  // the next look will tell
        return PinTry::not_spent;
    }
    observe(TokenEvent::pin_refused,
            failure == nullptr ? "the token process broke the token protocol" : failure->words);
    return PinTry::spent;
}

template <class Answer>
Result<Answer> Token::expect(Result<Reply> reply) {
    if (!reply) {
        auto error = reply.error();
        error.message = "token " + name().str() + ": " + error.message + "; it is being started again";
        return error;
    }
    if (auto* answer = std::get_if<Answer>(&*reply)) return std::move(*answer);
    if (const auto* failure = std::get_if<FailureReply>(&*reply)) return to_error(*failure, name(), identity());
    if (process_) process_->kill("broke the token protocol");
    return not_running();
}

void Token::take(const TokenInfo& info) {
    const auto presence = info.present ? Presence::present : Presence::absent;
    const bool lost_login = info_.logged_in && !info.logged_in;
    info_ = info;
    if (presence != std::exchange(presence_, presence)) {
        if (info.present) observe(TokenEvent::present, "token " + name().str() + " is there, serial " + info.serial);
        if (!info.present) observe(TokenEvent::absent, "token " + name().str() + " is absent: " + info.why_absent);
    }
    if (lost_login) observe(TokenEvent::locked, "token " + name().str() + " lost its login");
}

Result<void> Token::check_ready() const {
    if (!process_ || process_->killed() || presence_ == Presence::unknown)
        return locked_on_purpose_ ? token_is_locked(name(), why_not_running_) : not_running();
    if (!info_.present) return token_is_absent(name(), identity(), info_.why_absent);
    if (!info_.logged_in) return token_is_locked(name(), "known before asking");
    return {};
}

std::string_view Token::state_word() const {
    if (!process_ || process_->killed() || presence_ == Presence::unknown) return locked_on_purpose_ ? "locked" : "failed";
    if (!info_.present) return "absent";
    return info_.logged_in ? "ready" : "locked";
}

void Token::observe(TokenEvent event, const std::string& words) const {
    if (hooks_.observe) hooks_.observe(event, words);
}

Error Token::not_running() const {
    return unavailable("token " + name().str() + " has no process at the moment: " + why_not_running_, true);
}

std::string Token::identity() const {
    return settings_.serial ? "serial " + *settings_.serial : "label " + settings_.label.value_or("");
}

}  // namespace seald
