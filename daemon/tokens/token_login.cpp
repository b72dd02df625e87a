// Unlocking and locking: what a PIN may be tried for, and how long a login lasts.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/tokens/token_asking.hpp"

namespace seald {

namespace asio = boost::asio;
using namespace token_protocol;

namespace {

constexpr std::chrono::milliseconds lock_deadline{2'000};

UnlockRequest request_of(Bytes sealed_pin, LoginFacts facts, bool final_try) {
    UnlockRequest request;
    request.sealed_pin = std::move(sealed_pin);
    request.final_try = final_try;
    request.pin_salt = std::move(facts.pin_salt);
    request.refused = std::move(facts.refused_pins);
    request.expected = std::move(facts.expected);
    if (request.refused.size() > max_refused_pins) request.refused.resize(max_refused_pins);
    return request;
}

}  // namespace

asio::awaitable<Result<TokenInfo>> Token::unlock(UnlockOrder order) {
    const auto self = shared_from_this();
    if (order.sealed_pin.size() > max_sealed_pin_bytes) co_return unacceptable("the encrypted PIN is too long");
    const auto locks_before = locks_;
    co_await wait_for_process();
    const auto turn = co_await control_turn_.take(control_deadline);
    const auto process = process_;
    if (!turn || locks_ != locks_before)
        co_return conflict("token-locked", "token " + name().str() + " was locked meanwhile");
    const bool on_terms = order.terms.duration || order.terms.uses || (lease_ && lease_->limited());
    if (info_.logged_in && lease_ && on_terms)
        co_return conflict("token-unlocked",
                           "token " + name().str() + " is unlocked " + lease_->words() + ": lock it first, then unlock it anew");
    if (!process || process->killed()) co_return not_running();
    auto request = request_of(std::move(order.sealed_pin), std::move(order.facts), order.final_try);
    auto reply = co_await process->request(std::move(request), control_deadline);
    note_pin_outcome(reply, order.terms);
    auto info = expect_reply<TokenInfo>(std::move(reply));
    if (info) locked_on_purpose_ = unattended_failed_ = false;
    co_return info;
}

// Between two processes, as after a lock, there is none for a moment: a person who unlocks should not notice.
asio::awaitable<void> Token::wait_for_process() {
    constexpr std::chrono::milliseconds pause{50};
    for (int looks = 0; looks < 100 && !stopped_ && (!process_ || process_->killed()); ++looks) {
        asio::steady_timer timer(executor_, pause);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

asio::awaitable<void> Token::lock(std::string why) {
    const auto self = shared_from_this();
    locked_on_purpose_ = true;
    ++locks_;
    const auto process = process_;
    if (!process) co_return;
    LockRequest request;
    // Not in turn: whatever else is going on ends here. What it answers does not matter, the process goes in any case.
    co_await process->request(request, lock_deadline);
    ending_on_purpose_ = true;
    process->kill("was stopped: the token was locked " + why);
    if (info_.logged_in) {
        observe(TokenEvent::locked, "token " + name().str() + " was locked " + why +
                                        (lease_ ? "; it was unlocked " + lease_->words() : std::string()));
    }
    info_.logged_in = false;
    lease_.reset();
    lease_timer_.cancel();
}

bool Token::wants_to_log_in() const {
    return settings_.pin != "none" && info_.present && !info_.logged_in && !locked_on_purpose_ && !unattended_failed_ &&
           hooks_.begin_unattended_login;
}

asio::awaitable<void> Token::log_in_unattended(std::shared_ptr<TokenProcess> process) {
    if (!login_budget_.take(LoginBudget::Clock::now())) {
        if (!std::exchange(login_paused_, true))
            observe(TokenEvent::login_paused,
                    "token " + name().str() + " loses its login again and again: logging in once in ten seconds only");
        co_return;
    }
    auto facts = co_await hooks_.begin_unattended_login();
    if (!facts) co_return;
    // The token may have gone while the attempt was being recorded.
    if (!wants_to_log_in() || process->killed()) {
        observe(TokenEvent::pin_not_sent, "token " + name().str() + " went away before its PIN was sent");
        co_return;
    }
    auto request = request_of({}, std::move(*facts), false);
    const auto reply = co_await process->request(std::move(request), control_deadline);
    const LeaseTerms terms{.by = "configuration", .since = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())};
    unattended_failed_ = note_pin_outcome(reply, terms) == PinTry::spent;
    if (!unattended_failed_) login_paused_ = false;
}

// Whatever is not clearly "the token never saw it" or "it was right" counts as a try.
Token::PinTry Token::note_pin_outcome(const Result<Reply>& reply, const LeaseTerms& terms) {
    if (!reply) {
        observe(TokenEvent::pin_refused, "nobody knows what token " + name().str() +
                                             " made of the PIN: its process went away: " + reply.error().message);
        return PinTry::spent;
    }
    if (const auto* info = std::get_if<TokenInfo>(&*reply)) {
        take(*info);
        if (!lease_ && info_.logged_in) {
            begin_lease(terms);
            observe(TokenEvent::unlocked, "token " + name().str() + " is unlocked " + lease_->words());
        }
        return PinTry::not_spent;
    }
    const auto* failure = std::get_if<FailureReply>(&*reply);
    if (failure != nullptr && !failure->pin_sent && failure->failure != Failure::pin_incorrect) {
        observe(TokenEvent::pin_not_sent, "token " + name().str() + " did not get its PIN: " + failure->words);
        // A source that is wrong stays wrong until somebody acts; a token that went away comes back.
        return failure->failure == Failure::token_absent || failure->failure == Failure::token_failed ? PinTry::not_spent
                                                                                                     : PinTry::spent;
    }
    observe(TokenEvent::pin_refused, failure == nullptr ? "the token process broke the token protocol" : failure->words,
            failure == nullptr ? Bytes() : failure->pin_print);
    return PinTry::spent;
}

void Token::begin_lease(LeaseTerms terms) {
    lease_.emplace(std::move(terms));
    ++lease_number_;
    lease_timer_.cancel();
    if (const auto duration = lease_->terms().duration)
        asio::co_spawn(executor_, end_lease_in_time(shared_from_this(), lease_number_, *duration), asio::detached);
}

asio::awaitable<void> Token::end_lease_in_time([[maybe_unused]] std::shared_ptr<Token> self, std::uint64_t number,
                                               std::chrono::milliseconds duration) {
    lease_timer_.expires_after(duration);
    co_await lease_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    const bool over = lease_timer_.expiry() <= std::chrono::steady_clock::now();
    if (!over || !lease_ || lease_number_ != number) co_return;
    std::string why = "because its time was over";
    co_await lock(std::move(why));
}

void Token::lock_if_used_up() {
    if (lease_ && lease_->used_up() && in_flight_ == 0 && !locked_on_purpose_)
        asio::co_spawn(executor_, lock("because its uses were used up"), asio::detached);
}

}  // namespace seald
